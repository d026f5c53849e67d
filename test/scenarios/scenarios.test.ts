import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, inject, it, type ExpectStatic } from 'vitest'

import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'
import { artifactsOf } from '../support/scenario-artifacts.ts'
import { addScenarioImages } from '../support/scenario-images.ts'
import { readableLog, visibleLog, wholeLog } from '../support/scenario-log.ts'
import {
  againAs,
  asOfFirst,
  playScenario,
  projectOf,
  type Played,
  type ScenarioStage,
} from '../support/scenario-stage.ts'
import { loadScenarios, type Expectation, type Scenario } from '../support/scenario.ts'

const scenarios = loadScenarios(import.meta.dirname)
const hasOwnRunner = ({ gitlab_runner: own }: Scenario) => own !== undefined
const configOf = ({ config = {} }: Scenario) => JSON.stringify([config.runner ?? '', config.docker ?? ''])
const configs = [...new Set(scenarios.filter((one) => !hasOwnRunner(one)).map(configOf))]
const tagOf = (config: string) => `config-${configs.indexOf(config)}`

let stage: ScenarioStage

beforeAll(async () => {
  const dockerHost = inject('dockerHost')
  await addScenarioImages(dockerHost)
  const runner = await startRunner({
    dockerHost,
    global: 'concurrent = 6\ncheck_interval = 1',
    gitlab: { longPollSeconds: 0, traceUpdateInterval: 1 },
    others: async (gitlab) => {
      // It would take what nobody else may have.
      for (const { id } of gitlab.runners()) gitlab.editRunner(id, { paused: true })
      const shared = configs.map((config) => {
        const [lines = '', docker = ''] = JSON.parse(config) as string[]
        const { token } = gitlab.createRunner({ tags: [tagOf(config)], runUntagged: false })
        const { host } = new URL(gitlab.url)
        return { name: 'scenarios', token, runner: lines.replaceAll('{host}', host), docker }
      })
      const own = scenarios.filter(hasOwnRunner).map(async (scenario) => {
        const path = projectOf(scenario)
        await gitlab.createProject({ ...scenario.project, path })
        const { gitlab_runner: settings, name: description } = scenario
        const { token } = gitlab.createRunner({ description, projects: [path], ...settings })
        return { name: 'scenarios', token }
      })
      return [...shared, ...(await Promise.all(own))]
    },
  })
  stage = {
    runner,
    tagsOf: (scenario) => [tagOf(configOf(scenario))],
    gitlabFolder: join(dirname(runner.configFile), 'gitlab'),
    submodules: new Set(),
  }
})

afterAll(async () => {
  const { runner } = stage
  await runner.engine.finishJobsThenStop()
  const left = await leftOnEngine(inject('dockerHost'), runner)
  await runner[Symbol.asyncDispose]()
  if (left.length > 0) throw new Error(`The scenarios left behind: ${left.join(', ')}`)
})

describe('on a real engine, with a real server and real repositories', () => {
  it.concurrent.for(scenarios)('$name', async (given, { expect, signal, task }) => {
    const scenario = againAs(given, task.result?.retryCount ?? 0)
    const played = await playScenario(scenario, stage, signal)
    const log = played.job.log.toString()
    expect(resultOf(played, scenario), log).toEqual(expectedResult(scenario))
    for (const text of scenario.expect.never ?? []) expect(log).not.toContain(text)
    const { artifacts } = scenario.expect
    if (artifacts) expect(artifactsOf(played.job, artifacts)).toEqual(artifacts)
    if (scenario.expect.within !== undefined) expect(played.took).toBeLessThan(scenario.expect.within)
    if (scenario.expect.status !== 'pending')
      await compareLog(scenario, asOfFirst(scenario, played.job.log), expect)
  })
})

function resultOf({ job, fetches }: Played, { expect: { status, fetched } }: Scenario) {
  return {
    status: job.status,
    reason: job.failureReason,
    exitCode: job.exitCode,
    ...(isReported(status) && { log: job.logCheck }),
    ...(fetched !== undefined && { fetched: fetches > 0 }),
  }
}

function expectedResult({
  expect: { status, reason, exit_code: exitCode, log_check: check, fetched },
}: Scenario) {
  return {
    status,
    reason,
    exitCode,
    ...(isReported(status) && { log: check ?? 'matches' }),
    ...(fetched !== undefined && { fetched }),
  }
}

/** Where the server ended the job itself, nobody reports anything. */
const isReported = (status: Expectation['status']) => status === 'success' || status === 'failed'

async function compareLog(
  { folder, expect: { compare = 'whole' } }: Scenario,
  log: Buffer,
  expect: ExpectStatic,
) {
  const file = join(folder, 'expected.log')
  if (compare === 'lines') return expectLines(readFileSync(file, 'utf8'), readableLog(log), expect)
  const shown = compare === 'bytes' ? visibleLog(log) : wholeLog(log)
  // Written by `vitest -u` alone, never because it is missing.
  if (!existsSync(file) && process.env['DRYDOCK_WRITE_LOGS'] === undefined)
    throw new Error(`${file} is missing`)
  await expect(shown).toMatchFileSnapshot(file)
}

/** Each line is there, after the one before it. */
function expectLines(expected: string, log: string, expect: ExpectStatic) {
  const shown = log.split('\n').map((line) => line.trimEnd())
  let from = 0
  for (const line of expected.trimEnd().split('\n')) {
    const at = shown.indexOf(line, from)
    expect(at < 0 ? `no line "${line}" in\n${shown.slice(from).join('\n')}` : line).toBe(line)
    from = at + 1
  }
}
