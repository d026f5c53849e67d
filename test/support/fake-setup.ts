import { say } from '../../main/contract/sentences/say.ts'
import type { DangerousMount } from '../../main/contract/mount-policy.ts'
import type { RunnerFile, RunnerForm, ServerFacts, TokenRenewal } from '../../main/contract/runner-file.ts'
import type { configChangesApi, runnerPageApi, setupApi } from '../../main/contract/setup-api.ts'
import { emptyDraft, type SetupState } from '../../main/contract/setup.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import { ApiError, type ApiImplementation } from '../../main/contract/table.ts'
import { fakeConfigChanges } from './fake-config-changes.ts'

const table = {} as typeof setupApi & typeof runnerPageApi & typeof configChangesApi

/** How the fake engine tells its watchers. */
export interface Watching {
  happened(): void
  watch<T>(look: () => T, signal: AbortSignal): AsyncIterable<T>
}

export interface FakeSetup {
  readonly api: ApiImplementation<typeof table>
  setState(change: Partial<SetupState>): void
  /** As an editor does to the file. */
  setFile(change: Partial<RunnerFile>): void
  /** What GitLab says to the next request for a new token. */
  setRenewal(answer: TokenRenewal): void
}

const form: RunnerForm = {
  name: 'tangxin',
  limit: 4,
  image: 'debian:12-slim',
  pullPolicy: ['if-not-present'],
  helperImage: '',
  volumes: ['/root/atlas500:/root/atlas500:ro', '/cache'],
  environment: ['DDK_HOME=/root/atlas500'],
  preBuildScript: 'export PATH="/root/atlas500/host/bin:$PATH"\n',
  privileged: false,
  memory: '8g',
  cpus: '',
  shmSize: 0,
  outputLimit: 0,
  host: '',
  tlsVerify: false,
  tlsCertPath: '',
}

export const fakeToml = `[[runners]]
  name = "tangxin"
  url = "https://git.example.com"
  token = "[hidden]"
  executor = "docker"
  limit = 4
  # where the job finds the toolchain
  environment = ["DDK_HOME=/root/atlas500"]
  [runners.docker]
    image = "debian:12-slim"
    pull_policy = "if-not-present"
    memory = "8g"
    # the host's toolchain, read-only
    volumes = ["/root/atlas500:/root/atlas500:ro", "/cache"]`

const facts: Extract<ServerFacts, { readonly state: 'known' }> = {
  state: 'known',
  id: 12,
  scope: 'instance',
  description: 'tangxin',
  tags: ['docker', 'atlas500'],
  runUntagged: false,
  protected: false,
  locked: false,
  paused: false,
  maximumTimeout: 7200,
  others: [],
}

const testLog = [
  '\u001b[0KRunning with drydock 0.1.0\u001b[0;m',
  '\u001b[36;1mPreparing the "docker" executor\u001b[0;m',
  'Using Docker executor with image debian:12-slim ...',
  '\u001b[32;1m$ # What would a job see here? # collapsed multi-line command\u001b[0;m',
  'Linux x86_64',
  '✓ mounted /root/atlas500',
  '✓ read-only /root/atlas500',
  '✓ compiler aarch64-linux-gnu-gcc aarch64-linux-gnu-gcc (GCC) 6.3.0',
  '\u001b[32;1mJob succeeded\u001b[0;m',
  '',
].join('\n')

/** The wizard's and the runner pages' side of an engine in memory: every check is answered as on a good day. */
export function fakeSetup(changes: Watching, runners: () => readonly RunnerSummary[]): FakeSetup {
  let state: SetupState = { test: { state: 'none' }, practice: false, canPractise: true, hostname: 'tangxin' }
  let file: RunnerFile = {
    key: 'tangxin',
    revision: 'r1',
    file: '/etc/gitlab-runner/config.toml',
    form,
    toml: fakeToml,
    problems: [],
    dangers: [],
    id: 12,
  }
  let renewal: TokenRenewal = { state: 'renewed', old: 'dead' }
  let isRemembered = false
  const put = (change: Partial<SetupState>) => {
    state = { ...state, ...change }
    changes.happened()
  }
  const versions = fakeConfigChanges(
    changes,
    () => file,
    (former) => (file = former),
  )
  const find = (key: string) => {
    if (!runners().some((runner) => runner.key === key))
      throw new ApiError('not-found', 'This runner is not in the configuration any more')
  }
  return {
    setState: put,
    setFile: (change) => {
      file = { ...file, ...change }
      versions.remember('outside', [{ runner: 'tangxin', key: 'docker.image', what: 'changed' }])
      changes.happened()
    },
    setRenewal: (answer) => (renewal = answer),
    api: {
      ...versions.api,
      watchSetup: (_, signal) => changes.watch(() => state, signal),
      keepSetup: (draft) => put({ draft }),
      leaveSetup: () => {
        const { draft: _, token: _token, saved: _saved, ...rest } = state
        state = { ...rest, test: { state: 'none' } }
        changes.happened()
      },
      listEngines: () => [
        {
          host: 'tcp://10.0.0.5:2376',
          tlsVerify: true,
          tlsCertPath: '/home/tangxin/.docker/contexts/tls/0f3a/docker',
          of: { type: 'context', name: 'build-server' },
        },
      ],
      checkEngine: ({ host }) =>
        host === 'tcp://nowhere:2375'
          ? {
              state: 'missing',
              endpoint: host,
              problem: say('docker-silent', { url: 'tcp://nowhere:2375' }),
              remedy: say('docker-start'),
            }
          : {
              state: 'found',
              endpoint: 'unix:///var/run/docker.sock',
              because: say('because-socket', { whose: 'Docker' }),
              version: '27.3.1',
              os: 'linux',
              architecture: 'x86_64',
              hasNvidia: false,
              freeBytes: 212 * 1024 ** 3,
            },
      checkServer: ({ url }) => {
        if (!url.startsWith('http')) return { state: 'not-a-url' }
        const { host } = new URL(url)
        return host.startsWith('nowhere')
          ? { state: 'unreachable', host, reason: 'unknown-name', detail: '' }
          : { state: 'reached', host, secure: url.startsWith('https'), clockAhead: 2000 }
      },
      offerToken: () => ({ isAtHand: isRemembered, place: 'keychain' }),
      checkToken: ({ token = 'glrt-held', remembered = false, remember = false }) => {
        if (remember) isRemembered = true
        const says =
          remembered || token.startsWith('glpat-')
            ? ({ state: 'person', user: 'tangxin', mayCreate: true, version: '17.5.1' } as const)
            : ({ state: 'runner', id: 12, shortToken: 'aBcDeFgHi', isHere: false } as const)
        put({ token: says })
        return says
      },
      listImages: () => [
        { name: 'debian:12-slim', size: 78 * 1024 ** 2, architecture: 'amd64', fromRegistry: true },
        { name: 'python:3.13-alpine', size: 46 * 1024 ** 2, architecture: 'amd64', fromRegistry: true },
        { name: 'ubuntu-build:1', size: 1.4 * 1024 ** 3, architecture: 'amd64', fromRegistry: false },
      ],
      previewRunner: (draft) => ({
        toml: fakeToml,
        mounts: [
          ...draft.toolchains.map((name) => ({
            source: `/srv/${name.replace('@', '-')}`,
            target: `/root/${name.split('@')[0]}`,
            readOnly: true,
            exists: true,
          })),
          ...draft.mounts.map((mount) => ({
            ...mount,
            target: mount.target || mount.source,
            exists: true,
          })),
        ],
        environment: draft.environment.map((entry) => {
          const [name = '', ...value] = entry.split('=')
          return { name, value: value.join('=') }
        }),
        dangers: dangersOf(draft.mounts.map(({ source }) => source)),
        path: [...draft.toolchains.map((name) => `/root/${name.split('@')[0]}/host/bin`), ...draft.path],
        problems: [],
      }),
      testRunner: (draft) =>
        put({
          test: {
            state: 'ended',
            run: 1,
            outcome: { result: 'success' },
            took: 2300,
            findings: [
              ...draft.mounts.flatMap(({ source }) => [
                { what: 'mounted', subject: source, ok: true } as const,
                { what: 'read-only', subject: source, ok: true } as const,
              ]),
              ...(draft.compiler === ''
                ? []
                : [
                    {
                      what: 'compiler',
                      subject: draft.compiler,
                      ok: true,
                      says: 'aarch64-linux-gnu-gcc (GCC) 6.3.0',
                    } as const,
                  ]),
            ],
          },
        }),
      stopTest: () => {},
      async *watchTestLog({ offset }) {
        const bytes = Buffer.from(testLog)
        yield {
          offset,
          text: bytes.subarray(offset).toString(),
          nextOffset: bytes.length,
          ended: true,
        }
      },
      startPractice: () =>
        put({
          practice: true,
          token: { state: 'runner', shortToken: 'pRaCtIcE1', isHere: false },
          draft: {
            ...emptyDraft,
            step: 'job',
            url: 'http://127.0.0.1:8929',
            name: 'practice',
            image: 'drydock-practice/linux:1',
          },
        }),
      runSample: () => {},
      saveRunner: (draft) => {
        const saved = {
          key: 'aBcDeFgHi https://git.example.com',
          name: draft.name || 'tangxin',
          url: draft.url,
          id: 12,
          shortToken: 'aBcDeFgHi',
          systemId: 's_4f1c0a7e92bd',
          scope: 'instance' as const,
          file: file.file,
          toml: fakeToml,
          practice: state.practice,
        }
        const { draft: _, token: _token, ...rest } = state
        state = { ...rest, saved }
        changes.happened()
        return saved
      },
      listImportFiles: () => ['/srv/gitlab-runner/config/config.toml'],
      reportImport: (source) =>
        'file' in source || source.text.includes('[[')
          ? {
              keys: [
                {
                  path: 'concurrent',
                  fate: 'no-effect',
                  why: 'global settings of this computer stay as they are',
                },
                { path: 'runners[0].name', fate: 'taken' },
                { path: 'runners[1].executor', fate: 'refused' },
              ],
              runners: [
                { name: 'tangxin', url: 'https://git.example.com', executor: 'docker' },
                { name: 'old', url: 'https://git.example.com', executor: 'shell', refused: 'executor' },
              ],
            }
          : {
              keys: [],
              runners: [],
              problem: { path: '', line: 1, message: say('toml-no-value'), severity: 'error' },
            },
      takeImport: () => 1,
      async *watchRunnerFile({ key }, signal) {
        find(key)
        let last: RunnerFile | undefined
        for await (const now of changes.watch(() => file, signal)) {
          if (now !== last) yield now
          last = now
        }
      },
      previewRunnerEdit: ({ form: wanted }) => ({
        before: file.toml,
        after: edited(file, wanted),
        problems: [],
        dangers: dangersOf(wanted.volumes.map((volume) => volume.split(':')[0] ?? '')),
      }),
      editRunner: ({ form: wanted, basedOn }) => {
        if (basedOn !== file.revision) throw new ApiError('conflict', `${file.file} has changed meanwhile`)
        file = { ...file, form: wanted, toml: edited(file, wanted), revision: `${file.revision}+` }
        versions.remember('application', [{ runner: 'tangxin', key: 'limit', what: 'changed' }])
        changes.happened()
        return file.revision
      },
      pauseRunner: () => {},
      resumeRunner: () => {},
      removeRunner: () => {},
      renewToken: () => renewal,
      recreateRunner: () => ({ state: 'recreated', id: 31, old: 'dead' }),
      askServer({ token, remember = false }) {
        if (remember && token !== undefined) isRemembered = true
        if (token === undefined && !isRemembered) return { state: 'token-needed', place: 'keychain' }
        return { ...facts, ...(isRemembered && { isRemembered: true }) }
      },
      forgetToken() {
        isRemembered = false
        return { state: 'token-needed', place: 'keychain' }
      },
      readJobTags: () => ({
        state: 'known',
        unseen: 0,
        jobs: [
          {
            id: 41,
            name: 'build:firmware',
            project: 'edge/firmware',
            ref: 'main',
            tags: ['docker', 'atlas500'],
          },
          { id: 40, name: 'lint', project: 'edge/firmware', ref: 'main', tags: ['docker'] },
          { id: 39, name: 'pages', project: 'edge/docs', ref: 'main', tags: [] },
        ],
      }),
      editOnServer: () => facts,
    },
  }
}

const dangersOf = (sources: readonly string[]): readonly DangerousMount[] =>
  sources
    .filter((source) => source === '/var/run/docker.sock')
    .map((source) => ({ source, why: say('mount-engine-socket'), isInFile: false }))

const edited = ({ toml, form: before }: RunnerFile, after: RunnerForm) =>
  toml
    .replace(`limit = ${before.limit}`, `limit = ${after.limit}`)
    .replace(`image = "${before.image}"`, `image = "${after.image}"`)
    .replace(`name = "${before.name}"`, `name = "${after.name}"`)
