import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { emptyDraft, type SetupDraft } from '../../../main/contract/setup.ts'
import type { JobSummary } from '../../../main/contract/job.ts'
import { aJob } from '../../support/fake-jobs.ts'
import { ApiError } from '../../../main/contract/table.ts'
import { localCacheStore } from '../../../main/engine/cache/cache-store.ts'
import { systemClock } from '../../../main/engine/clock.ts'
import { openConfigStore } from '../../../main/engine/config/config-store.ts'
import { openConfigVersions } from '../../../main/engine/config/config-versions.ts'
import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { openDataDirs } from '../../../main/engine/data-dirs.ts'
import { EngineUnreachable } from '../../../main/engine/docker/engine-unreachable.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../../main/engine/practice/practice-gitlab.ts'
import { keyOf } from '../../../main/engine/pool.ts'
import { offerSetup, type SetupApi } from '../../../main/engine/setup/offer-setup.ts'
import { quietLogger } from '../../support/runner-under-test.ts'
import { tempDir } from '../../support/temp-dir.ts'

interface Here extends AsyncDisposable {
  readonly api: SetupApi
  readonly gitlab: PracticeGitLab
  readonly configFile: string
  readonly root: string
  /** What was remembered. */
  readonly secrets: ReadonlyMap<string, string>
  /** Everything the API has answered so far, as it would cross the wire. */
  readonly told: string[]
}

/** The wizard's engine with a real GitLab, a real file, and no Docker. */
async function here(config = '', jobs: readonly JobSummary[] = []): Promise<Here> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await tempDir())
  const gitlab = stack.use(
    await startPracticeGitLab({ directory: join(folder.path, 'gitlab'), clock: systemClock }),
  )
  const configFile = join(folder.path, 'config.toml')
  if (config !== '') {
    const token = config.includes('TOKEN')
      ? (gitlab.createRunner({ description: 'tangxin' }).token ?? '')
      : ''
    await writeFile(configFile, config.replaceAll('URL', gitlab.url).replaceAll('TOKEN', token))
  }
  const dirs = openDataDirs(join(folder.path, 'data'))
  const versions = openConfigVersions({ root: dirs.root, configFile, clock: systemClock })
  const store = stack.use(
    await openConfigStore({
      file: configFile,
      clock: systemClock,
      versions,
      environment: {},
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    }),
  )
  const secrets = new Map<string, string>()
  const setup = stack.use(
    offerSetup(
      {
        store,
        versions,
        dirs,
        clock: systemClock,
        logger: quietLogger,
        systemId: 's_123456789012',
        hostname: 'tangxin',
        certsDir: join(folder.path, 'certs'),
        home: join(folder.path, 'home'),
        env: {},
        secrets: {
          protection: async () => 'keychain',
          keep: async (name, secret) => void secrets.set(name, secret),
          recall: async (name) => secrets.get(name),
          forget: async (name) => void secrets.delete(name),
        },
        caches: localCacheStore(dirs.caches),
        history: { find: () => ({ jobs, total: jobs.length }) },
        executor: { prepare: () => Promise.reject(new Error('no Docker in this test')) },
        knownEngines: async () => [],
        openDocker: () =>
          Promise.reject(new EngineUnreachable('unix:///x', 'Docker does not answer', 'Start it')),
      },
      { pauseRunner: () => {}, resumeRunner: () => {} },
      () => {},
    ),
  )
  const told: string[] = []
  const whole = stack.move()
  return {
    api: listened(setup.api, told),
    gitlab,
    configFile,
    root: dirs.root,
    secrets,
    told,
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

function listened(api: SetupApi, told: string[]): SetupApi {
  const entries = Object.entries(api).map(([name, entry]) => [
    name,
    name.startsWith('watch')
      ? entry
      : async (input: never) => {
          try {
            const output = await (entry as (input: never) => unknown)(input)
            told.push(JSON.stringify(output) ?? '')
            return output
          } catch (error) {
            told.push(String(error))
            throw error
          }
        },
  ])
  return Object.fromEntries(entries)
}

const draftFor = (gitlab: PracticeGitLab, more: Partial<SetupDraft> = {}): SetupDraft => ({
  ...emptyDraft,
  url: gitlab.url,
  name: 'tangxin',
  image: 'debian:12-slim',
  ...more,
})

describe('the check of a server', () => {
  it('says that GitLab answers, whose clock agrees', async () => {
    await using app = await here()
    const { host } = new URL(app.gitlab.url)
    expect(await app.api.checkServer({ url: app.gitlab.url, caFile: '' })).toEqual({
      state: 'reached',
      host,
      secure: false,
      clockAhead: 0,
    })
  })

  it.each([
    ['git.example.com', { state: 'not-a-url' }],
    ['http://127.0.0.1:9', { state: 'unreachable', reason: 'refused', host: '127.0.0.1:9' }],
    ['http://nowhere.invalid', { state: 'unreachable', host: 'nowhere.invalid' }],
  ])('of %s says %j', async (url, says) => {
    await using app = await here()
    expect(await app.api.checkServer({ url, caFile: '' })).toMatchObject(says)
  })

  it('names a certificate file that cannot be read', async () => {
    await using app = await here()
    expect(await app.api.checkServer({ url: app.gitlab.url, caFile: '/no/such.pem' })).toEqual({
      state: 'no-ca-file',
      file: '/no/such.pem',
    })
  })
})

describe('the check of a token', () => {
  it('knows a runner’s token, a person’s, a registration token, and what is of no use', async () => {
    await using app = await here()
    const { api, gitlab } = app
    const runner = gitlab.createRunner({ description: 'x' })
    const check = (token: string) => api.checkToken({ url: gitlab.url, caFile: '', token })
    expect([
      await check(runner.token ?? ''),
      await check(gitlab.createPersonalToken('create_runner', 'read_user')),
      await check(gitlab.createPersonalToken('read_user')),
      await check(gitlab.registrationToken),
      await check('glcbt-64_abcdefghij'),
      await check('glrt-unknownUnknown'),
    ]).toMatchObject([
      { state: 'runner', id: runner.id, isHere: false },
      { state: 'person', user: 'practice', mayCreate: true },
      { state: 'person', user: 'practice', mayCreate: false },
      { state: 'registration', certain: true },
      { state: 'wrong-kind', kind: 'job' },
      { state: 'refused' },
    ])
  })
})

describe('a runner that is added', () => {
  it('is created with a person’s token as the answers say, once, and stands in the file', async () => {
    await using app = await here()
    const { api, gitlab, configFile } = app
    const token = gitlab.createPersonalToken('create_runner', 'manage_runner')
    const draft = draftFor(gitlab, {
      tags: ['docker', 'arm64'],
      runUntagged: false,
      protected: true,
      maximumTimeout: 7200,
      mounts: [{ source: '/opt/sdk', target: '', readOnly: true }],
      path: ['/opt/sdk/bin'],
    })
    await api.checkToken({ url: gitlab.url, caFile: '', token })
    const saved = await api.saveRunner(draft)
    const [runner] = gitlab.runners()
    const facts = await api.askServer({ key: saved.key, token, remember: true })
    const kept = [...app.secrets.values()]
    const forgotten = await api.forgetToken({ key: saved.key })
    expect({ kept, forgotten, left: app.secrets.size }).toEqual({
      kept: [token],
      forgotten: { state: 'token-needed', place: 'keychain' },
      left: 0,
    })
    expect(facts).toEqual({
      isRemembered: true,
      state: 'known',
      id: runner?.id,
      scope: 'instance',
      description: 'tangxin',
      tags: ['docker', 'arm64'],
      runUntagged: false,
      protected: true,
      locked: false,
      paused: false,
      maximumTimeout: 7200,
      others: [],
    })
    const text = await readFile(configFile, 'utf8')
    expect(saved).toMatchObject({ id: runner?.id, file: configFile, practice: false })
    expect(text).toContain(`token = "${runner?.token}"`)
    expect(text).toContain('volumes = ["/opt/sdk:/opt/sdk:ro", "/cache"]')
    expect(saved.toml).toContain('token = "[hidden]"')
  })

  it('is not asked for again when the file could not be written', async () => {
    await using app = await here()
    const { api, gitlab, configFile } = app
    await api.checkToken({ url: gitlab.url, caFile: '', token: gitlab.createPersonalToken('create_runner') })
    await writeFile(configFile, 'broken = [')
    await expect(api.saveRunner(draftFor(gitlab))).rejects.toThrow(ApiError)
    await writeFile(configFile, '# mended\n')
    await api.saveRunner(draftFor(gitlab))
    expect(gitlab.runners().length).toBe(1)
    expect(await readFile(configFile, 'utf8')).toMatch(/^# mended\n/)
  })

  it('needs its token again after a restart', async () => {
    await using app = await here()
    await expect(app.api.saveRunner(draftFor(app.gitlab))).rejects.toThrow('it is needed again')
  })
})

describe('a person’s token that is remembered', () => {
  it('creates the next runner, too, and is forgotten once GitLab refuses it', async () => {
    await using app = await here()
    const { api, gitlab } = app
    const at = { url: gitlab.url, caFile: '' }
    const token = gitlab.createPersonalToken('create_runner', 'read_user')
    expect(await api.offerToken(at)).toEqual({ isAtHand: false, place: 'keychain' })
    await api.checkToken({ ...at, token, remember: true })
    await api.saveRunner(draftFor(gitlab))
    expect(await api.offerToken({ url: `${gitlab.url}/` })).toEqual({ isAtHand: true, place: 'keychain' })
    expect(await api.checkToken({ ...at, remembered: true })).toMatchObject({ state: 'person' })
    await api.saveRunner(draftFor(gitlab, { name: 'second' }))
    expect(gitlab.runners().map(({ description }) => description)).toEqual(['tangxin', 'second'])
    const other = { url: 'http://127.0.0.1:9', caFile: '' }
    await expect(api.checkToken({ ...other, remembered: true })).rejects.toThrow(ApiError)
  })

  it('is not kept because it was asked to be, if it is a runner’s', async () => {
    await using app = await here()
    const { api, gitlab, secrets } = app
    const { token } = gitlab.createRunner({ description: 'x' })
    await api.checkToken({ url: gitlab.url, caFile: '', token, remember: true })
    expect(secrets.size).toBe(0)
  })
})

describe('the tags of jobs that came to a runner', () => {
  const one = (gitlabId: number, project: string) => ({
    ...aJob({ id: gitlabId + 100, acceptedAt: 0, state: { phase: 'preparing' } }),
    gitlabId,
    project,
  })
  const runnerText =
    '[[runners]]\n  name = "a"\n  url = "URL"\n  token = "TOKEN"\n  executor = "docker"\n  [runners.docker]\n    image = "x"\n'

  it.each([
    { scopes: ['read_api', 'manage_runner'] as const, says: { state: 'known', unseen: 1 } },
    { scopes: ['manage_runner'] as const, says: { state: 'refused' } },
  ])('are asked for with a person’s token: $scopes', async ({ scopes, says }) => {
    const jobs: JobSummary[] = []
    await using app = await here(runnerText, jobs)
    const { api, gitlab, configFile } = app
    const { id } = gitlab.enqueue({}, { tags: ['docker', 'arm64'] })
    jobs.push(one(id, 'group/firmware'), one(id + 7, 'project-3'))
    const [runner] = parseConfig(await readFile(configFile, 'utf8')).config?.runners ?? []
    const key = runner === undefined ? '' : keyOf(runner)
    expect(await api.readJobTags({ key })).toEqual({ state: 'token-needed' })
    await api.askServer({ key, token: gitlab.createPersonalToken(...scopes) })
    const answer = await api.readJobTags({ key })
    expect(answer).toMatchObject(says)
    if (answer.state === 'known') expect(answer.jobs).toMatchObject([{ tags: ['docker', 'arm64'] }])
  })
})

describe('no token', () => {
  it('comes out of the engine or lies in its folder, whatever is asked', async () => {
    await using app = await here(
      '[[runners]]\n  name = "a"\n  url = "URL"\n  token = "glrt-canaryInTheFile"\n  executor = "docker"\n  [runners.docker]\n    image = "x"\n',
    )
    const { api, gitlab, root, told } = app
    const person = gitlab.createPersonalToken('create_runner', 'manage_runner', 'read_user')
    const draft = draftFor(gitlab)
    await api.keepSetup(draft)
    await api.checkToken({ url: gitlab.url, caFile: '', token: person })
    await api.previewRunner(draft)
    await api.reportImport({ text: await readFile(app.configFile, 'utf8') })
    await api.checkToken({ url: 'http://127.0.0.1:9', caFile: '', token: person })
    await api.checkToken({ url: gitlab.url, caFile: '', token: person })
    const kept = await readFile(join(root, 'setup.json'), 'utf8')
    await api.saveRunner(draft)
    const [first] = parseConfig(await readFile(app.configFile, 'utf8')).config?.runners ?? []
    const key = first === undefined ? '' : keyOf(first)
    await api.askServer({ key, token: person })
    const seen: string[] = []
    const stop = new AbortController()
    for await (const state of api.watchSetup(undefined, stop.signal)) {
      seen.push(JSON.stringify(state))
      break
    }
    for await (const file of api.watchRunnerFile({ key }, stop.signal)) {
      seen.push(JSON.stringify(file))
      break
    }
    const issued = gitlab.runners().map(({ token }) => token ?? '')
    const all = [...told, ...seen, kept].join('\n')
    expect([person, 'canaryInTheFile', ...issued].filter((secret) => all.includes(secret))).toEqual([])
  })
})

it('answers outlive the program, and are gone once the wizard is left', async () => {
  await using app = await here()
  const draft = draftFor(app.gitlab, { step: 'job' })
  await app.api.keepSetup(draft)
  expect(JSON.parse(await readFile(join(app.root, 'setup.json'), 'utf8'))).toEqual(draft)
  await app.api.leaveSetup(undefined)
  await expect(readFile(join(app.root, 'setup.json'))).rejects.toThrow('ENOENT')
})

it('an import reads the files of gitlab-runner that it offers, and no others', async () => {
  await using app = await here()
  const { api, root, told } = app
  const home = join(root, '../home/.gitlab-runner')
  await mkdir(home, { recursive: true })
  const file = join(home, 'config.toml')
  const text =
    '[[runners]]\nname = "old"\nurl = "https://g.example"\ntoken = "glrt-canaryOfTheOther"\nexecutor = "docker"\n[runners.docker]\nimage = "x"\n'
  await writeFile(file, text)
  await writeFile(join(home, 'other.toml'), text)
  expect(await api.listImportFiles(undefined)).toContain(file)
  expect((await api.reportImport({ file })).runners).toMatchObject([{ name: 'old' }])
  await expect(api.reportImport({ file: join(home, 'other.toml') })).rejects.toThrow(ApiError)
  expect(await api.takeImport({ file })).toBe(1)
  expect(await readFile(app.configFile, 'utf8')).toContain('glrt-canaryOfTheOther')
  expect(told.join()).not.toContain('canary')
})

it('an import accounts for every key and takes what can be taken', async () => {
  await using app = await here()
  const text =
    'concurrent = 4\n[[runners]]\nname = "a"\nurl = "https://g.example"\ntoken = "glrt-aaaaaaaaaa"\nexecutor = "docker"\n' +
    'imagination = 3\n[runners.docker]\nimage = "x"\n[[runners]]\nname = "b"\nurl = "https://g.example"\ntoken = "t"\nexecutor = "shell"\n'
  const report = await app.api.reportImport({ text })
  expect(report.keys.map(({ path, fate }) => `${path} ${fate}`)).toEqual([
    'concurrent no-effect',
    'runners[0].name taken',
    'runners[0].url taken',
    'runners[0].token taken',
    'runners[0].executor taken',
    'runners[0].imagination no-effect',
    'runners[0].docker.image taken',
    'runners[1].name refused',
    'runners[1].url refused',
    'runners[1].token refused',
    'runners[1].executor refused',
  ])
  expect(await app.api.takeImport({ text })).toBe(1)
  expect((await app.api.reportImport({ text })).runners).toMatchObject([
    { refused: 'is-here' },
    { refused: 'executor' },
  ])
})

describe('a runner that is created anew', () => {
  const config =
    '[[runners]]\n# mine\nname = "tangxin"\nurl = "URL"\nid = 1\ntoken = "TOKEN"\nexecutor = "docker"\n'
  const keyIn = async ({ configFile }: Here) => {
    const [runner] = parseConfig(await readFile(configFile, 'utf8')).config?.runners ?? []
    return runner === undefined ? '' : keyOf(runner)
  }

  it('has the settings of the old one, another number, and a token of its own; the old one is dead', async () => {
    await using app = await here(config)
    const { api, gitlab, configFile } = app
    const key = await keyIn(app)
    await api.askServer({ key, token: gitlab.createPersonalToken('create_runner', 'manage_runner') })
    await api.editOnServer({ key, change: { tags: ['arm64'], maximumTimeout: 1200, locked: true } })
    const [old] = gitlab.runners()
    expect(await api.recreateRunner({ key })).toEqual({ state: 'recreated', id: 2, old: 'dead' })
    const [runner, ...others] = gitlab.runners()
    expect([runner?.id, runner?.tags, others]).toEqual([2, ['arm64'], []])
    expect(runner?.token).not.toBe(old?.token)
    const text = await readFile(configFile, 'utf8')
    expect(text).toContain(`# mine\nname = "tangxin"`)
    expect(text).toContain(`id = 2\ntoken = "${runner?.token}"`)
  })

  it.each([
    { scopes: ['manage_runner'] as const, says: /forbidden|scope/i },
    { scopes: [] as const, says: /personal access token is needed/ },
  ])('stays as it was where the access token may not create runners: $scopes', async ({ scopes, says }) => {
    await using app = await here(config)
    const { api, gitlab, configFile } = app
    const before = await readFile(configFile, 'utf8')
    const key = await keyIn(app)
    if (scopes.length > 0) await api.askServer({ key, token: gitlab.createPersonalToken(...scopes) })
    expect(await api.recreateRunner({ key })).toMatchObject({
      state: 'refused',
      problem: expect.stringMatching(says) as string,
    })
    expect([gitlab.runners().length, await readFile(configFile, 'utf8')]).toEqual([1, before])
  })
})

it('another computer that uses a runner’s token is named', async () => {
  await using app = await here()
  const { api, gitlab } = app
  const person = gitlab.createPersonalToken('create_runner', 'manage_runner')
  await api.checkToken({ url: gitlab.url, caFile: '', token: person })
  const { key } = await api.saveRunner(draftFor(gitlab))
  const token = gitlab.runners()[0]?.token
  for (const system_id of ['s_123456789012', 's_somebodyElse'])
    await fetch(`${gitlab.url}/api/v4/runners/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, system_id }),
    })
  expect(await api.askServer({ key, token: person })).toMatchObject({
    others: [{ systemId: 's_somebodyElse', address: '127.0.0.1' }],
  })
})

describe('a token that is renewed', () => {
  const config = (token: string) =>
    `[[runners]]\nname = "tangxin"\nurl = "URL"\nid = 1\ntoken = "${token}"\nexecutor = "docker"\n`
  const fileOf = async ({ configFile }: Here) => {
    const text = await readFile(configFile, 'utf8')
    const [runner] = parseConfig(text).config?.runners ?? []
    return { text, token: runner?.token ?? '', key: runner === undefined ? '' : keyOf(runner) }
  }

  it('stands in the file, and whoever looks at the runner goes on looking at it', async () => {
    await using app = await here(config('TOKEN'))
    const { api, gitlab } = app
    const before = await fileOf(app)
    const stop = new AbortController()
    const keys = new Set<string>()
    const watching = (async () => {
      for await (const { key } of api.watchRunnerFile({ key: before.key }, stop.signal))
        if (keys.add(key).size === 2) return
    })()
    const renew = async () => api.renewToken({ key: before.key })
    const answers = await Promise.all([renew(), renew()])
    await watching
    stop.abort()
    const after = await fileOf(app)
    expect({ answers, token: after.token, keys: [...keys] }).toEqual({
      answers: [
        { state: 'renewed', old: 'dead' },
        { state: 'renewed', old: 'dead' },
      ],
      token: gitlab.runners()[0]?.token,
      keys: [before.key, after.key],
    })
    expect(after.token).not.toBe(before.token)
  })

  it('is refused with GitLab’s words where GitLab does not know the old one', async () => {
    await using app = await here(config('glrt-nobodyKnowsThis'))
    const { key, text } = await fileOf(app)
    const answer = await app.api.renewToken({ key })
    expect({ answer, text: (await fileOf(app)).text }).toEqual({
      answer: { state: 'refused', problem: expect.stringContaining('403') as string },
      text,
    })
  })
})
