/**
 * Prints how long a history of 100,000 jobs takes to open, list, filter and search, and what a journal entry costs.
 * Run with `node test/bench/history.ts`.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import Database from 'better-sqlite3'

import type { JobQuery } from '../../main/contract/api.ts'
import { exportFormats } from '../../main/contract/job-export.ts'
import type { StatisticsQuery } from '../../main/contract/statistics.ts'
import { exportJobs } from '../../main/engine/history/export-jobs.ts'
import { openHistory } from '../../main/engine/history/history.ts'
import { applyRetention } from '../../main/engine/history/retention.ts'
import { fillHistory } from './fill-history.ts'

const count = 100_000
const target = 200

const silent = { info() {}, error() {} }
const dir = mkdtempSync(join(tmpdir(), 'drydock-bench-'))
const path = join(dir, 'history.sqlite')

const job = {
  gitlabId: 1,
  gitlabUrl: 'https://gitlab.example.com',
  runnerKey: 'key',
  runner: 'workbench',
  name: 'build',
  project: 'group/project',
  ref: 'main',
  sha: 'abc',
  image: 'alpine:3',
  url: undefined,
  pipelineId: 1,
  timeout: 3600,
  acceptedAt: 1,
  variableNames: ['CI', 'DEPLOY_TOKEN'],
}

function print(name: string, ms: number, limit?: number) {
  const verdict = limit === undefined ? '' : ms <= limit ? `  (at most ${limit})` : `  MORE THAN ${limit}`
  console.log(`  ${name.padEnd(46)} ${ms.toFixed(1).padStart(8)} ms${verdict}`)
}

function timed<T>(name: string, run: () => T, limit?: number): T {
  const begun = performance.now()
  const result = run()
  print(name, performance.now() - begun, limit)
  return result
}

try {
  console.log(`A history of ${count.toLocaleString('en')} jobs with 4 stages each:`)
  timed('filling', () => fillHistory(path, count))
  console.log(`  size${' '.repeat(42)} ${(statSync(path).size / 1024 / 1024).toFixed(0).padStart(8)} MB`)
  const plain = new Database(path, { readonly: true })
  timed('without an index: a version of a toolchain', () =>
    plain
      .prepare(
        `SELECT COUNT(DISTINCT jobs.id) FROM jobs, json_each(mounts)
         WHERE value ->> '$.toolchain.name' = 'gcc-arm' AND value ->> '$.toolchain.version' = '12'`,
      )
      .get(),
  )
  plain.close()
  const history = timed('opening', () => openHistory({ path, logger: silent }), target)
  const find = (name: string, query: Partial<JobQuery>) => {
    const { total } = timed(name, () => history.find({ limit: 100, ...query }), target)
    console.log(`    ${total.toLocaleString('en')} jobs`)
  }
  find('list, first page', {})
  find('list, page in the middle', { before: count / 2 })
  find('filter: failed', { outcome: 'failed' })
  find('filter: running', { outcome: 'running' })
  find('filter: project', { project: 'group-3/project-10' })
  find('filter: runner and outcome', { runner: 'workbench 1', outcome: 'success' })
  find('filter: toolchain of all jobs', { toolchain: 'gcc-arm' })
  find('filter: one of its versions', { toolchain: 'gcc-arm@12' })
  find('filter: toolchain in two versions at once', { toolchain: 'ddk' })
  find('filter: rare toolchain', { toolchain: 'esp-idf' })
  find('filter: toolchain and outcome', { toolchain: 'gcc-arm', outcome: 'success' })
  find('filter: toolchain and project', { toolchain: 'ddk@3.1', project: 'group-3/project-10' })
  find('toolchain, longest first', { toolchain: 'gcc-arm', sort: 'duration', order: 'desc' })
  find('rare toolchain, longest first', { toolchain: 'esp-idf', sort: 'duration', order: 'desc' })
  find('toolchain and search: main', { toolchain: 'gcc-arm@12', text: 'main' })
  find('search: bui', { text: 'bui' })
  find('search: build arm', { text: 'build arm' })
  find('search: main (a third of all)', { text: 'main' })
  find('search: a sha', { text: '9e37' })
  find('search: project (all)', { text: 'project' })
  find('search: one letter', { text: 'b' })
  find('search: two letters, outcome', { text: 'de', outcome: 'failed' })
  find('search: nothing such', { text: 'zzzz' })
  find('filter: branch', { branch: 'main' })
  find('filter: last part of the time', { since: (count - 20_000) * 1000 })
  find('longest first', { sort: 'duration', order: 'desc' })
  find('by name, page 500', { sort: 'job', offset: 50_000 })
  find('failed, by project', { sort: 'project', outcome: 'failed' })
  find('search of all, longest first', { text: 'project', sort: 'duration', order: 'desc' })
  timed('what can be filtered by', () => history.facets(), target)
  const quarter = { since: 0, until: (count + 1) * 1000, step: count * 10 }
  const statistics = async (name: string, query: StatisticsQuery) => {
    const begun = performance.now()
    const blocked = monitorEventLoopDelay({ resolution: 1 })
    blocked.enable()
    await history.statistics(query)
    blocked.disable()
    print(name, performance.now() - begun)
    print('  longest that others waited for it', blocked.max / 1e6)
  }
  await statistics('statistics of all', quarter)
  await statistics('statistics of a toolchain', { ...quarter, toolchain: 'gcc-arm@12' })
  for (const format of exportFormats) {
    const begun = performance.now()
    const blocked = monitorEventLoopDelay({ resolution: 1 })
    blocked.enable()
    let bytes = 0
    for await (const { text } of exportJobs(history, { format })) bytes += Buffer.byteLength(text)
    blocked.disable()
    print(`all as ${format}, ${(bytes / 1024 / 1024).toFixed(0)} MB`, performance.now() - begun)
    print('  longest that others waited for it', blocked.max / 1e6)
  }
  timed('one job', () => history.read(count / 2), target)
  timed('unfinished', () => history.unfinished(), target)
  const rounds = 50
  const begun = performance.now()
  for (let round = 0; round < rounds; round++) history.begin(job)
  print('begin a job, durably (mean)', (performance.now() - begun) / rounds)
  const id = history.begin(job)
  const stages = performance.now()
  for (let round = 0; round < rounds; round++) {
    history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: round })
    history.stageEnded(id, 'step_script', round, 'passed')
  }
  print('a stage, started and ended (mean)', (performance.now() - stages) / rounds)

  const pruning = performance.now()
  const rules = { days: 1, totalBytes: 0 }
  const { jobs } = await applyRetention({ history, logsDir: dir, rules, now: 86_400_000 + 1_000_000 })
  print(`retention of ${jobs} jobs`, performance.now() - pruning)
  history.close()
} finally {
  rmSync(dir, { recursive: true })
}
