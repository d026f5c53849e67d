import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, inject, it } from 'vitest'

import type { RunnerApi } from '../../main/contract/api.ts'
import { findEngine } from '../../main/cli/find-engine.ts'
import { parseConfig } from '../../main/engine/config/parse-config.ts'
import { install } from '../support/scenario-process.ts'

const secret = 'canary-Canary-c4n4ry'
// Whole ones; the beginning of a token tells runners apart.
const jobTokens = /glcbt-[\w-]{20,}/

/** Everything that only reads, with what a page would ask. */
const readings = (api: RunnerApi, id: number, key: string, toml: string) => ({
  findJobs: api.findJobs({}),
  listJobFacets: api.listJobFacets(undefined),
  readJob: api.readJob({ id }),
  listHeldJobs: api.listHeldJobs(undefined),
  readDisk: api.readDisk(undefined),
  planPrune: api.planPrune({ downTo: 0 }),
  readSettings: api.readSettings(undefined),
  examine: api.examine(undefined),
  writeReport: api.writeReport(undefined),
  readStatistics: api.readStatistics({ since: 0, until: 1000, step: 60_000 }),
  reportImport: api.reportImport({ text: toml }),
  readMatrix: api.readMatrix(undefined),
  askServer: api.askServer({ key }),
  missing: api.readJob({ id: 999 }),
})

const watchings = (api: RunnerApi, id: number, key: string, signal: AbortSignal) => ({
  watchStatus: api.watchStatus(undefined, signal),
  watchRunners: api.watchRunners(undefined, signal),
  watchJobs: api.watchJobs(undefined, signal),
  watchJob: api.watchJob({ id }, signal),
  watchLog: api.watchLog({ id, offset: 0 }, signal),
  watchSetup: api.watchSetup(undefined, signal),
  watchRunnerFile: api.watchRunnerFile({ key }, signal),
  watchConfigChanges: api.watchConfigChanges(undefined, signal),
  watchToolchains: api.watchToolchains(undefined, signal),
})

it('no token and no value of a secret variable crosses the wire, stands in the log or lies in a file', async ({
  signal,
}) => {
  await using here = await install({
    dockerHost: inject('dockerHost'),
    docker: 'wait_for_services_timeout = -1',
  })
  const engine = await here.start('serve', '--port', '0')
  const { id: gitlabId } = here.gitlab.enqueue({
    image: { name: 'drydock-test/busybox:1' },
    variables: [
      { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false },
      { key: 'DEPLOY_PASSWORD', value: secret, public: false, masked: true },
    ],
    steps: [
      {
        name: 'script',
        script: ['echo "it is $DEPLOY_PASSWORD"'],
        timeout: 600,
        when: 'on_success',
        allow_failure: false,
      },
    ],
  })
  const { log } = await here.gitlab.waitForJob(gitlabId, 'success', signal)
  const seen = new Map([['the log in GitLab', log.toString()]])
  const toml = await readFile(here.configFile, 'utf8')
  const runner = parseConfig(toml, {}).config?.runners[0]
  const runnerToken = runner?.token ?? ''
  const tells = (text: string) =>
    text.includes(secret) || text.includes(runnerToken) || jobTokens.test(text) || runnerToken === ''

  await using attached = await findEngine(here.dataDir)
  const { api } = attached!
  const jobs = await api.findJobs({})
  const id = jobs.jobs[0]?.id ?? 0
  const key = (await first(api.watchRunners(undefined, signal)))?.[0]?.key ?? ''
  const answers = Object.entries(readings(api, id, key, toml)).map(
    async ([name, answer]) =>
      [name, JSON.stringify(await (answer as Promise<unknown>).catch(String))] as const,
  )
  for (const [name, text] of await Promise.all(answers)) seen.set(name, text)
  const changes = await changeConfig(api, key, signal)
  for (const { id } of changes)
    seen.set(`readConfigChange ${id}`, JSON.stringify(await api.readConfigChange({ id })))
  const left = new AbortController()
  for (const [name, stream] of Object.entries(watchings(api, id, key, left.signal)))
    seen.set(name, JSON.stringify(await first<unknown>(stream)))
  left.abort()
  const files = await readdir(here.dataDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name)
    seen.set(path, await readFile(path, 'latin1'))
  }
  engine.kill('SIGTERM')
  const { stderr } = await ended(engine)
  seen.set('the diary', stderr)
  const telling = [...seen].filter(([, text]) => tells(text)).map(([name]) => name)
  expect({
    telling,
    isLogRead: seen.get('watchLog')?.includes('it is [MASKED]'),
    files: files.length > 2,
    changes: changes.length,
  }).toEqual({
    telling: [],
    changes: 3,
    isLogRead: true,
    files: true,
  })
})

/** Saves another limit and takes it back, so that three versions are remembered. */
async function changeConfig(api: RunnerApi, key: string, signal: AbortSignal) {
  const file = await first(api.watchRunnerFile({ key }, signal))
  if (file === undefined) throw new Error('The runner has no file')
  const { revision, form } = file
  const made = await api.editRunner({ key, form: { ...form, limit: 7 }, basedOn: revision })
  await api.bringBackConfig({ to: revision, basedOn: made })
  return (await first(api.watchConfigChanges(undefined, signal)))?.changes ?? []
}

async function first<T>(values: AsyncIterable<T>): Promise<T | undefined> {
  for await (const value of values) return value
  return undefined
}

async function ended(engine: { readonly ended: Promise<unknown>; said(wanted: string): Promise<string> }) {
  const stderr = await engine.said('')
  await engine.ended
  return { stderr }
}
