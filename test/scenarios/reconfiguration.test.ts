import { readFile, writeFile } from 'node:fs/promises'

import { describe, expect, inject, it } from 'vitest'

import type { AppStatus } from '../../main/contract/status.ts'
import { attach } from '../../main/loopback/attach.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner, type RunnerOptions, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { tempDir } from '../support/temp-dir.ts'

const image = { name: 'drydock-test/busybox:1' }
const step = (...script: readonly string[]) => ({
  name: 'script',
  script,
  timeout: 600,
  when: 'on_success',
  allow_failure: false,
})
const noSources = { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false }
const endless = { image, variables: [noSources], steps: [step('while :; do echo working; sleep 1; done')] }

const start = (options: Partial<RunnerOptions> = {}) =>
  startRunner({
    dockerHost: inject('dockerHost'),
    ...options,
    gitlab: { longPollSeconds: 0, traceUpdateInterval: 1, ...options.gitlab },
  })

const edit = async ({ configFile }: RunnerUnderTest, change: (text: string) => string) =>
  writeFile(configFile, change(await readFile(configFile, 'utf8')))

/** The jobs' states by id, as soon as they are as wanted. */
const untilStates = ({ gitlab }: RunnerUnderTest, wanted: readonly string[], signal: AbortSignal) =>
  gitlab.until(() => {
    const states = gitlab.jobs().map(({ status }) => status)
    return states.join() === wanted.join() ? true : undefined
  }, signal)

const handedOut = ({ gitlab }: RunnerUnderTest, id: number) =>
  gitlab.job(id).events.find(({ type }) => type === 'job-handed-out')?.seq ?? Number.NaN
const ended = ({ gitlab }: RunnerUnderTest, id: number) =>
  gitlab.job(id).events.findLast(({ type }) => type === 'job-changed')?.seq ?? Number.NaN

async function statusOnce(
  runner: RunnerUnderTest,
  is: (status: AppStatus) => boolean,
  signal: AbortSignal,
): Promise<AppStatus> {
  await using attached = await attach(runner.engine.url ?? '')
  for await (const status of attached.api.watchStatus(undefined, signal)) if (is(status)) return status
  throw new Error('The status ended')
}

describe('the configuration is edited while jobs run', () => {
  it('concurrent raised takes more at once, lowered lets the running ones finish', async ({ signal }) => {
    await using runner = await start({ global: 'concurrent = 1\ncheck_interval = 1' })
    const { gitlab } = runner
    const ids = Array.from({ length: 4 }, () => gitlab.enqueue(endless).id)
    await untilStates(runner, ['running', 'pending', 'pending', 'pending'], signal)
    await edit(runner, (text) => text.replace('concurrent = 1', 'concurrent = 3'))
    await untilStates(runner, ['running', 'running', 'running', 'pending'], signal)
    await edit(runner, (text) => text.replace('concurrent = 3', 'concurrent = 1'))
    await statusOnce(runner, ({ concurrent }) => concurrent === 1, signal)
    for (const id of ids.slice(0, 3)) gitlab.cancelJob(id, { graceful: false })
    await untilStates(runner, ['canceled', 'canceled', 'canceled', 'running'], signal)
    for (const id of ids.slice(0, 3)) expect(handedOut(runner, ids[3]!)).toBeGreaterThan(ended(runner, id))
    gitlab.cancelJob(ids[3]!, { graceful: false })
    await runner.engine.finishJobsThenStop()
    expect(await leftOnEngine(inject('dockerHost'), runner)).toEqual([])
  })

  it('the limit of a runner raised takes more at once', async ({ signal }) => {
    await using runner = await start({ global: 'concurrent = 4\ncheck_interval = 1', runner: '  limit = 1' })
    const { gitlab } = runner
    const ids = Array.from({ length: 3 }, () => gitlab.enqueue(endless).id)
    await untilStates(runner, ['running', 'pending', 'pending'], signal)
    await edit(runner, (text) => text.replace('limit = 1', 'limit = 2'))
    await untilStates(runner, ['running', 'running', 'pending'], signal)
    for (const id of ids) gitlab.cancelJob(id, { graceful: false })
  })

  it('what cannot be read keeps the last good configuration, is shown, and is over once mended', async ({
    signal,
  }) => {
    await using runner = await start({ global: 'check_interval = 1' })
    const { gitlab } = runner
    const good = await readFile(runner.configFile, 'utf8')
    await writeFile(runner.configFile, good.replace('executor = "docker"', 'executor = "docker'))
    const { configProblems } = await statusOnce(runner, (status) => status.configProblems.length > 0, signal)
    expect(configProblems).toEqual([expect.objectContaining({ severity: 'error', line: expect.any(Number) })])
    const { id } = gitlab.enqueue({ image, variables: [noSources] })
    await gitlab.waitForJob(id, 'success', signal)
    await writeFile(runner.configFile, good)
    await statusOnce(runner, (status) => status.configProblems.length === 0, signal)
  })
})

describe('many jobs at once', () => {
  it('twelve of one project share no build directory', async ({ signal }) => {
    await using barrier = await tempDir()
    await using runner = await start({
      global: 'concurrent = 12\ncheck_interval = 1',
      runner: '  request_concurrency = 4',
      docker: `    volumes = ["${barrier.path}:/barrier"]`,
    })
    const { gitlab } = runner
    await gitlab.createProject({ path: 'many/jobs' })
    const steps = [
      step(
        'echo "$CI_CONCURRENT_PROJECT_ID" > mine',
        'touch "/barrier/$CI_CONCURRENT_PROJECT_ID"',
        // Nobody goes on before all are there.
        'while [ "$(ls /barrier | wc -l)" -lt 12 ]; do sleep 1; done',
        'echo "place $CI_CONCURRENT_PROJECT_ID holds $(cat mine)"',
      ),
    ]
    const jobs = await Promise.all(
      Array.from({ length: 12 }, () => {
        const { id } = gitlab.enqueue({ image, variables: [noSources], steps }, { project: 'many/jobs' })
        return gitlab.waitForJob(id, 'success', signal)
      }),
    )
    const places = jobs.map(({ log }) => /O place (\d+) holds (\d+)/.exec(log.toString())?.slice(1, 3))
    expect(places.toSorted((one, other) => Number(one?.[0]) - Number(other?.[0]))).toEqual(
      Array.from({ length: 12 }, (_, at) => [`${at}`, `${at}`]),
    )
  })

  it('several runners of one process with concurrent 1 all get their jobs, though GitLab holds requests', async ({
    signal,
  }) => {
    await using runner = await start({
      global: 'concurrent = 1\ncheck_interval = 1',
      gitlab: { longPollSeconds: 50 },
      others: async (gitlab) =>
        ['one', 'two', 'three'].map((name) => {
          const { token } = gitlab.createRunner({ tags: [name], runUntagged: false })
          return { name, token }
        }),
    })
    const { gitlab } = runner
    const ids = ['one', 'two', 'three', 'two', 'one'].map(
      (tag) => gitlab.enqueue({ image, variables: [noSources] }, { tags: [tag] }).id,
    )
    await Promise.all(ids.map((id) => gitlab.waitForJob(id, 'success', signal)))
  })
})
