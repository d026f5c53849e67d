import type { JobContext } from '../job/context.ts'
import { pathOfFileVariable } from '../variables/variables.ts'
import type { GitSetting } from './git-config.ts'
import { sourcePathsOf } from './paths.ts'
import type { Remote } from './remote.ts'

/** What every new repository begins with, its remote among it (job-execution.md §7.3). */
export function templateSettings({ dirs }: JobContext, remote: Remote | undefined): readonly GitSetting[] {
  return [
    { section: 'init', key: 'defaultBranch', value: 'none' },
    { section: 'fetch', key: 'recurseSubmodules', value: 'false' },
    { section: 'credential', key: 'interactive', value: 'never' },
    { section: 'gc', key: 'autoDetach', value: 'false' },
    { section: 'include', key: 'path', value: sourcePathsOf(dirs).external },
    ...(remote === undefined
      ? []
      : [
          { section: 'remote', subsection: 'origin', key: 'url', value: remote.url },
          {
            section: 'remote',
            subsection: 'origin',
            key: 'fetch',
            value: '+refs/heads/*:refs/remotes/origin/*',
          },
        ]),
  ]
}

/** What git includes from beside the repository; the only place of credentials. */
export function externalSettings(context: JobContext, remote: Remote): readonly GitSetting[] {
  const { flags, correlationId } = context
  return [
    ...(flags.get('FF_USE_GITALY_CORRELATION_ID') === true && correlationId !== ''
      ? [{ section: 'http', key: 'extraHeader', value: `X-Gitaly-Correlation-ID: ${correlationId}` }]
      : []),
    ...(flags.get('FF_USE_GIT_BUNDLE_URIS') === true
      ? [{ section: 'transfer', key: 'bundleURI', value: 'true' }]
      : []),
    ...remote.rewrites.map(({ from, to }) => ({
      section: 'url',
      subsection: to,
      key: 'insteadOf',
      value: from,
    })),
    ...credentialHelper(context, remote),
  ]
}

/** With `FF_GIT_URLS_WITHOUT_TOKENS` git asks this for a password: the job's token, from the environment. */
export function credentialHelper({ flags }: JobContext, { origin }: Remote): readonly GitSetting[] {
  if (flags.get('FF_GIT_URLS_WITHOUT_TOKENS') !== true || origin === undefined) return []
  const setting = (key: string, value: string) => ({ section: 'credential', subsection: origin, key, value })
  return [
    // An empty entry forgets the helpers configured elsewhere.
    setting('helper', ''),
    setting('helper', `!f() { if [ "$1" = get ]; then printf 'password=%s\\n' "$CI_JOB_TOKEN"; fi; }; f`),
    setting('username', 'gitlab-ci-token'),
  ]
}

/** What belongs in git's global configuration of a container that ends with the job. */
export function globalSettings(context: JobContext, remote: Remote): readonly GitSetting[] {
  const { dirs, variables, runner } = context
  const files = [
    ['sslCAInfo', 'CI_SERVER_TLS_CA_FILE'],
    ['sslCert', 'CI_SERVER_TLS_CERT_FILE'],
    ['sslKey', 'CI_SERVER_TLS_KEY_FILE'],
  ] as const
  const { origin } = remote
  const tls =
    origin === undefined
      ? []
      : files.flatMap(([key, name]) => {
          const variable = variables.list.findLast((variable) => variable.key === name)
          if (variable === undefined || variable.value === '') return []
          const value = variable.file ? pathOfFileVariable(dirs.tmp, name) : variable.value
          return [{ section: 'http', subsection: origin, key, value }]
        })
  const isSafe = runner.safe_directory_checkout ?? true
  return [...tls, ...(isSafe ? [{ section: 'safe', key: 'directory', value: dirs.project }] : [])]
}
