/** What a token given by a person is for, told by its prefix. */
export type TokenKind =
  /** `glrt-`: a runner created in GitLab; it is verified, never registered. */
  | 'runner'
  /** What legacy registration hands out (`glrtr-`), and exchanges for (`GR1348941…`). */
  | 'legacy-runner'
  | 'registration'
  /** `glpat-` and its relatives: a person's access token, which may create runners. */
  | 'personal-access'
  /** `glcbt-`: belongs to one job. */
  | 'job'
  /** `gldt-`, `glptt-`, `glft-`, …: GitLab's, but of no use to a runner. */
  | 'other-gitlab'
  /** No prefix that is known: on old or configured servers a registration token. */
  | 'unknown'

/** Told by prefix alone, as GitLab itself does; whether the token is valid only GitLab knows. */
export function tokenKind(token: string): TokenKind {
  if (token.startsWith('glrt-')) return 'runner'
  if (token.startsWith('glrtr-')) return 'legacy-runner'
  if (/^GR[0-9a-fA-F]{7}/.test(token)) return 'registration'
  if (token.startsWith('glpat-')) return 'personal-access'
  if (token.startsWith('glcbt-')) return 'job'
  if (/^gl[a-z]{1,12}-/.test(token)) return 'other-gitlab'
  return 'unknown'
}

/** Whether a runner's token was made by `glrt-` creation, so that this machine is a manager of the runner. */
export const isCreatedRunnerToken = (token: string): boolean => token.startsWith('glrt-')

const prefix = /^(?:glrt-(?:t[123]_)?|t[123]_|glrtr-|glcbt-|GR[0-9a-fA-F]{7})/

/** The first nine characters after the prefix: names a runner without giving its token away (`CI_RUNNER_SHORT_TOKEN`). */
export function shortToken(token: string): string {
  return token.replace(prefix, '').slice(0, 9)
}
