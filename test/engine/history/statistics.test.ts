import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import Database from 'better-sqlite3'
import { expect, it } from 'vitest'

import type { Outcome } from '../../../main/contract/job.ts'
import { openHistory } from '../../../main/engine/history/history.ts'
import { statisticsOf } from '../../../main/engine/history/statistics.ts'
import { fillHistory } from '../../bench/fill-history.ts'
import { aNewJob, silent } from './new-job.ts'

const success: Outcome = { result: 'success' }
const failed: Outcome = { result: 'failed', reason: 'script_failure', message: 'exit code 1' }
const canceled: Outcome = { result: 'canceled', by: 'user' }

it('counts finished jobs by time, project, runner and stage', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-statistics-'))
  const history = openHistory({ path: join(folder, 'history.db'), logger: silent })
  const ran = (acceptedAt: number, duration: number, outcome: Outcome, project = 'firmware') => {
    const id = history.begin(aNewJob({ acceptedAt, project, queuedMs: Math.round(duration / 10) }))
    history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: acceptedAt })
    history.stageEnded(id, 'step_script', acceptedAt + duration / 2, 'passed')
    history.used(id, { peakMemory: duration * 10, cpuSeconds: 1, containers: [] })
    history.finished(id, outcome, acceptedAt + duration, 0)
  }
  ran(500, 998, success)
  ran(1000, 100, success)
  ran(1100, 300, failed)
  ran(2000, 200, success, 'tools')
  ran(2100, 9000, canceled)
  history.begin(aNewJob({ acceptedAt: 2200 }))
  const { whole, steps, projects, runners, stages } = await history.statistics({
    since: 1000,
    until: 3000,
    step: 1000,
  })
  const filtered = await history.statistics({ since: 1000, until: 3000, step: 1000, project: 'tools' })
  history.close()
  rmSync(folder, { recursive: true })
  expect({
    whole,
    steps,
    projects,
    runners: runners.map(({ name, stages }) => ({ name, stages })),
    stages,
    filtered: filtered.whole.passed,
  }).toEqual({
    whole: {
      passed: 2,
      failed: 1,
      canceled: 1,
      medianDuration: 200,
      slowDuration: 200,
      medianQueue: 20,
      peakMemory: 90_000,
    },
    steps: [
      {
        from: 1000,
        passed: 1,
        failed: 1,
        canceled: 0,
        medianDuration: 100,
        slowDuration: 100,
        medianQueue: 10,
        peakMemory: 3000,
      },
      {
        from: 2000,
        passed: 1,
        failed: 0,
        canceled: 1,
        medianDuration: 200,
        slowDuration: 200,
        medianQueue: 20,
        peakMemory: 90_000,
      },
    ],
    projects: [
      {
        name: 'firmware',
        passed: 1,
        failed: 1,
        canceled: 1,
        medianDuration: 100,
        slowDuration: 100,
        medianQueue: 30,
        peakMemory: 90_000,
        stages: [{ name: 'step_script', count: 3, average: expect.closeTo(1566.7, 1) }],
      },
      {
        name: 'tools',
        passed: 1,
        failed: 0,
        canceled: 0,
        medianDuration: 200,
        slowDuration: 200,
        medianQueue: 20,
        peakMemory: 2000,
        stages: [{ name: 'step_script', count: 1, average: 100 }],
      },
    ],
    runners: [{ name: 'workbench', stages: [{ name: 'step_script', count: 4, average: 1200 }] }],
    stages: [{ name: 'step_script', count: 4, average: 1200 }],
    filtered: 1,
  })
})

it('counts a job for each of its toolchains, by version, and only those of a toolchain where one is asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-statistics-'))
  const history = openHistory({ path: join(folder, 'history.db'), logger: silent })
  const ran = (
    duration: number,
    outcome: Outcome,
    toolchains: readonly [name: string, version: string][],
  ) => {
    const id = history.begin(aNewJob({ queuedMs: duration / 10 }))
    history.mounted(
      id,
      toolchains.map(([name, version]) => ({
        source: `/srv/${name}-${version}`,
        target: `/opt/${name}`,
        readOnly: true,
        toolchain: { name, version },
      })),
    )
    history.stageStarted(id, { name: 'get_sources', title: 'Sources', startedAt: 1000 })
    history.stageEnded(id, 'get_sources', 1010, 'passed')
    history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: 1010 })
    history.stageEnded(id, 'step_script', 1000 + duration, 'passed')
    history.finished(id, outcome, 1000 + duration, 0)
  }
  ran(100, success, [['sdk', '1']])
  ran(300, failed, [
    ['sdk', '2'],
    ['gcc', '13'],
  ])
  ran(500, success, [['sdk', '2']])
  ran(700, success, [])
  const query = { since: 1000, until: 2000, step: 1000 }
  const { toolchains } = await history.statistics(query)
  const ofAnyVersion = await history.statistics({ ...query, toolchain: 'sdk' })
  const ofOne = await history.statistics({ ...query, toolchain: 'sdk@2' })
  history.close()
  rmSync(folder, { recursive: true })
  const stages = (count: number, average: number) => [
    { name: 'get_sources', count, average: 10 },
    { name: 'step_script', count, average },
  ]
  const one = { passed: 1, failed: 0, canceled: 0, medianDuration: 100, slowDuration: 100, medianQueue: 10 }
  const two = { passed: 1, failed: 1, canceled: 0, medianDuration: 300, slowDuration: 300, medianQueue: 30 }
  const gcc = { ...two, passed: 0 }
  expect({
    toolchains,
    any: ofAnyVersion.whole.passed,
    ofOne: [ofOne.whole, ofOne.toolchains],
  }).toEqual({
    toolchains: [
      { name: 'sdk@2', ...two, stages: stages(2, 390) },
      { name: 'sdk@1', ...one, stages: stages(1, 90) },
      { name: 'gcc@13', ...gcc, stages: stages(1, 290) },
    ],
    any: 2,
    ofOne: [
      two,
      [
        { name: 'sdk@2', ...two, stages: stages(2, 390) },
        { name: 'gcc@13', ...gcc, stages: stages(1, 290) },
      ],
    ],
  })
})

it('lets others work between slices of jobs, and counts each job once, however many came in one millisecond', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-statistics-'))
  const path = join(folder, 'history.db')
  fillHistory(path, 1200)
  const finished = 1197
  const database = new Database(path)
  database.exec('UPDATE jobs SET accepted_at = 1000 WHERE id < 700')
  database.close()
  const history = openHistory({ path, logger: silent })
  let turns = 0
  const turning = setInterval(() => turns++)
  const { whole } = await history.statistics({ since: 0, until: 2_000_000, step: 1_000_000 })
  clearInterval(turning)
  history.close()
  rmSync(folder, { recursive: true })
  const { passed, failed, canceled } = whole
  expect({ all: passed + failed + canceled, othersWorked: turns > 0 }).toEqual({
    all: finished,
    othersWorked: true,
  })
})

it('counts no further once nobody waits for the numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-statistics-'))
  const path = join(folder, 'history.db')
  fillHistory(path, 1200)
  const database = new Database(path, { readonly: true })
  const left = new AbortController()
  let slices = 0
  const breathe = async () => {
    slices += 1
    left.abort()
  }
  const query = { since: 0, until: Date.now() * 2, step: Date.now() }
  await expect(statisticsOf(database, query, left.signal, breathe)).rejects.toThrow('aborted')
  database.close()
  rmSync(folder, { recursive: true })
  expect(slices).toBe(1)
})
