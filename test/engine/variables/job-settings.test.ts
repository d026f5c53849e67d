import { describe, expect, it } from 'vitest'

import { parseJobSettings, type JobSettings } from '../../../main/engine/variables/job-settings.ts'

const defaults = { allowGitFetch: true, depth: 20, debugTraceDisabled: false }

function parse(values: Readonly<Record<string, string>>, given: Partial<typeof defaults> = {}) {
  return parseJobSettings({ get: (key) => values[key] ?? '' }, { ...defaults, ...given })
}

const unset: JobSettings = {
  debugTrace: false,
  debugServices: false,
  gitStrategy: 'fetch',
  gitCheckout: true,
  gitClonePath: '',
  submoduleStrategy: 'none',
  submodulePaths: [],
  submoduleDepth: 20,
  gitCleanFlags: ['-ffdx'],
  gitCloneExtraFlags: [],
  gitFetchExtraFlags: ['--prune', '--quiet'],
  submoduleUpdateFlags: [],
  lfsSkipSmudge: false,
  submoduleForceHttps: false,
  attempts: { getSources: 1, artifactDownload: 1, restoreCache: 1, executorSection: 1 },
  afterScriptIgnoreErrors: true,
  cacheRequestTimeout: 10,
  dockerAuthConfig: '',
  scriptTimeout: '',
  afterScriptTimeout: '',
}

const { attempts } = unset

describe('settings', () => {
  it('have defaults', () => expect(parse({})).toEqual({ settings: unset, warnings: [] }))

  it('clone where the server does not allow a fetch', () =>
    expect(parse({}, { allowGitFetch: false }).settings.gitStrategy).toBe('clone'))

  const accepted: readonly [Record<string, string>, Partial<JobSettings>][] = [
    [{ CI_DEBUG_TRACE: 'true' }, { debugTrace: true }],
    [{ CI_DEBUG_SERVICES: '1' }, { debugServices: true }],
    [{ GIT_STRATEGY: 'clone' }, { gitStrategy: 'clone' }],
    [{ GIT_STRATEGY: 'none' }, { gitStrategy: 'none' }],
    [{ GIT_STRATEGY: 'empty' }, { gitStrategy: 'empty' }],
    [{ GIT_CHECKOUT: 'f' }, { gitCheckout: false }],
    [{ GIT_CLONE_PATH: '/builds/x' }, { gitClonePath: '/builds/x' }],
    [{ GIT_SUBMODULE_STRATEGY: 'normal' }, { submoduleStrategy: 'normal' }],
    [{ GIT_SUBMODULE_STRATEGY: 'recursive' }, { submoduleStrategy: 'recursive' }],
    [{ GIT_SUBMODULE_PATHS: 'a  :(exclude)b' }, { submodulePaths: ['a', ':(exclude)b'] }],
    [{ GIT_SUBMODULE_DEPTH: '1' }, { submoduleDepth: 1 }],
    [{ GIT_SUBMODULE_DEPTH: '+3' }, { submoduleDepth: 3 }],
    [{ GIT_CLEAN_FLAGS: '-ffdx -e cache/' }, { gitCleanFlags: ['-ffdx', '-e', 'cache/'] }],
    [{ GIT_CLEAN_FLAGS: 'none' }, { gitCleanFlags: undefined }],
    [{ GIT_CLONE_EXTRA_FLAGS: '--no-tags' }, { gitCloneExtraFlags: ['--no-tags'] }],
    [{ GIT_FETCH_EXTRA_FLAGS: 'none' }, { gitFetchExtraFlags: [] }],
    [{ GIT_FETCH_EXTRA_FLAGS: '--tags -j 4' }, { gitFetchExtraFlags: ['--tags', '-j', '4'] }],
    [{ GIT_SUBMODULE_UPDATE_FLAGS: '--jobs 4' }, { submoduleUpdateFlags: ['--jobs', '4'] }],
    [{ GIT_LFS_SKIP_SMUDGE: 'T' }, { lfsSkipSmudge: true }],
    [{ GIT_SUBMODULE_FORCE_HTTPS: 'TRUE' }, { submoduleForceHttps: true }],
    [{ GET_SOURCES_ATTEMPTS: '3' }, { attempts: { ...attempts, getSources: 3 } }],
    [{ ARTIFACT_DOWNLOAD_ATTEMPTS: '10' }, { attempts: { ...attempts, artifactDownload: 10 } }],
    [{ RESTORE_CACHE_ATTEMPTS: '2' }, { attempts: { ...attempts, restoreCache: 2 } }],
    [{ EXECUTOR_JOB_SECTION_ATTEMPTS: '2' }, { attempts: { ...attempts, executorSection: 2 } }],
    [{ AFTER_SCRIPT_IGNORE_ERRORS: 'False' }, { afterScriptIgnoreErrors: false }],
    [{ CACHE_REQUEST_TIMEOUT: '30' }, { cacheRequestTimeout: 30 }],
    [{ DOCKER_AUTH_CONFIG: '{}' }, { dockerAuthConfig: '{}' }],
    [{ RUNNER_SCRIPT_TIMEOUT: '15m' }, { scriptTimeout: '15m' }],
    [{ RUNNER_AFTER_SCRIPT_TIMEOUT: '10s' }, { afterScriptTimeout: '10s' }],
  ]
  it.each(accepted)('%j', (values, expected) =>
    expect(parse(values)).toEqual({ settings: { ...unset, ...expected }, warnings: [] }),
  )

  const refused: readonly [Record<string, string>, string, Partial<JobSettings>?][] = [
    [{ CI_DEBUG_TRACE: 'yes' }, 'CI_DEBUG_TRACE: expected bool got "yes", using default value: false'],
    [{ GIT_CHECKOUT: 'on' }, 'GIT_CHECKOUT: expected bool got "on", using default value: true'],
    [
      { AFTER_SCRIPT_IGNORE_ERRORS: 'tRuE' },
      'AFTER_SCRIPT_IGNORE_ERRORS: expected bool got "tRuE", using default value: true',
    ],
    [
      { GIT_STRATEGY: 'Clone' },
      `GIT_STRATEGY: expected either 'clone', 'fetch', 'none' or 'empty' got "Clone", using default value 'fetch'`,
    ],
    [
      { GIT_SUBMODULE_STRATEGY: 'all' },
      `GIT_SUBMODULE_STRATEGY: expected either 'normal', 'recursive' or 'none' got "all"`,
      { submoduleStrategy: 'invalid' },
    ],
    [{ GIT_SUBMODULE_DEPTH: '1.5' }, 'GIT_SUBMODULE_DEPTH: expected int got "1.5", using default value: 20'],
    [
      { CACHE_REQUEST_TIMEOUT: '10m' },
      'CACHE_REQUEST_TIMEOUT: expected int got "10m", using default value: 10',
    ],
    [
      { GET_SOURCES_ATTEMPTS: 'many' },
      'GET_SOURCES_ATTEMPTS: expected int got "many", using default value: 1',
    ],
    [
      { GET_SOURCES_ATTEMPTS: '11' },
      'GET_SOURCES_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 10',
      { attempts: { ...attempts, getSources: 10 } },
    ],
    [
      { RESTORE_CACHE_ATTEMPTS: '0' },
      'RESTORE_CACHE_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 1',
    ],
    [
      { SECRETS_RETRIEVAL_ATTEMPTS: '-1' },
      'SECRETS_RETRIEVAL_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 1',
    ],
  ]
  it.each(refused)('%j warns', (values, warning, expected = {}) =>
    expect(parse(values)).toEqual({ settings: { ...unset, ...expected }, warnings: [warning] }),
  )

  it('switch debugging off where the runner forbids it', () =>
    expect(
      parse({ CI_DEBUG_TRACE: 'true', CI_DEBUG_SERVICES: 'true' }, { debugTraceDisabled: true }),
    ).toEqual({
      settings: unset,
      warnings: [
        'CI_DEBUG_TRACE: usage is disabled on this Runner',
        'CI_DEBUG_SERVICES: usage is disabled on this Runner',
      ],
    }))
})
