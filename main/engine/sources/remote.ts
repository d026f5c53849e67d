import type { JobContext } from '../job/context.ts'

/** A repository URL taken apart; `userinfo` without its `@`, `rest` from the first `/` on. */
interface Url {
  readonly scheme: string
  readonly userinfo: string
  readonly host: string
  readonly rest: string
}

/** git reads URLs that begin with `from` as if they began with `to`. */
export interface Rewrite {
  readonly from: string
  readonly to: string
}

/** Where a job's sources come from and how git gets in (job-execution.md §7.5). */
export interface Remote {
  /** What the repository's configuration holds: no credentials. */
  readonly url: string
  /** `https://host:port`, where there is a host. */
  readonly origin: string | undefined
  /** Belongs in a file outside the repository: `to` may hold the job's token. */
  readonly rewrites: readonly Rewrite[]
}

const user = 'gitlab-ci-token'

export function remoteOf({ job, runner, variables, settings, flags }: JobContext): Remote {
  const withTokens = flags.get('FF_GIT_URLS_WITHOUT_TOKENS') !== true
  const credentials = `${user}:${encodeURIComponent(job.token)}`
  const cloneUrl = parseUrl(runner.clone_url)
  const base = cloneUrl ?? parseUrl(runner.url)
  const repoUrl = parseUrl(job.git.repoUrl)

  const entrance = cloneUrl === undefined ? repoUrl : projectUrl(cloneUrl, variables.get('CI_PROJECT_PATH'))
  if (entrance === undefined) return { url: job.git.repoUrl, origin: undefined, rewrites: [] }

  const bare = withUser(entrance, '')
  const full = entranceUrl(entrance, { withTokens, credentials, isCloneUrl: cloneUrl !== undefined })
  const authenticated = (url: Url) => withUser(url, withTokens ? credentials : '')
  const rewrites: Rewrite[] = [{ from: print(bare), to: print(full) }]
  if (base !== undefined && isHttp(base)) {
    const to = asDirectory(authenticated(base))
    if (withTokens) rewrites.push({ from: asDirectory(withUser(base, '')), to })
    if (settings.submoduleForceHttps) rewrites.push(...sshForms(variables).map((from) => ({ from, to })))
  }
  if (withTokens && repoUrl !== undefined && isHttp(repoUrl)) {
    const root = { ...repoUrl, rest: '' }
    rewrites.push({ from: asDirectory(withUser(root, '')), to: asDirectory(authenticated(root)) })
  }
  return {
    url: print(bare),
    origin: bare.host === '' ? undefined : `${bare.scheme}://${bare.host}`,
    rewrites: unique(rewrites.filter(({ from, to }) => from !== to)),
  }
}

/** The URL git really uses, credentials in it where they belong there. */
function entranceUrl(
  url: Url,
  { withTokens, credentials, isCloneUrl }: { withTokens: boolean; credentials: string; isCloneUrl: boolean },
): Url {
  if (url.scheme === 'ssh')
    return isCloneUrl ? withUser(url, url.userinfo === '' ? 'git' : url.userinfo) : url
  if (!withTokens) return withUser(url, '')
  return isCloneUrl ? withUser(url, credentials) : url
}

/** How a submodule may be written that is to be fetched over HTTP. */
function sshForms(variables: JobContext['variables']): readonly string[] {
  const host = variables.get('CI_SERVER_SHELL_SSH_HOST') || variables.get('CI_SERVER_HOST')
  const port = variables.get('CI_SERVER_SHELL_SSH_PORT')
  if (host === '') return []
  return port === '' || port === '22'
    ? [`git@${host}:`, `ssh://git@${host}/`]
    : [`ssh://git@${host}:${port}/`]
}

function projectUrl(base: Url, projectPath: string): Url {
  return { ...base, rest: `${base.rest.replace(/\/+$/, '')}/${projectPath}.git` }
}

function parseUrl(text: string): Url | undefined {
  const [, scheme, userinfo = '', host = '', rest = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^/?#]*)(.*)$/s.exec(text) ?? []
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), userinfo, host, rest }
}

function print({ scheme, userinfo, host, rest }: Url): string {
  return `${scheme}://${userinfo === '' ? '' : `${userinfo}@`}${host}${rest}`
}

/** Ends in a slash, so that `https://host` does not stand for `https://host.example.org` too. */
function asDirectory(url: Url): string {
  return `${print({ ...url, rest: url.rest.replace(/\/+$/, '') })}/`
}

function withUser(url: Url, userinfo: string): Url {
  return { ...url, userinfo }
}

function isHttp({ scheme, host }: Url): boolean {
  return (scheme === 'http' || scheme === 'https') && host !== ''
}

function unique(rewrites: readonly Rewrite[]): readonly Rewrite[] {
  return [...new Map(rewrites.map((rewrite) => [`${rewrite.from} ${rewrite.to}`, rewrite])).values()]
}
