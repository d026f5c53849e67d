import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { JobQuery } from '../../../main/contract/api.ts'
import type { Outcome } from '../../../main/contract/job.ts'
import type { JobResources } from '../../../main/contract/resources.ts'
import { openHistory } from '../../../main/engine/history/history.ts'
import type { PrunableHistory } from '../../../main/engine/history/port.ts'
import { aNewJob, silent } from './new-job.ts'

const failed: Outcome = { result: 'failed', reason: 'script_failure', message: 'exit code 2', exitCode: 2 }
const success: Outcome = { result: 'success' }

let dir: string
let path: string
let history: PrunableHistory
const reopen = () => {
  history.close()
  history = openHistory({ path, logger: silent })
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-history-'))
  path = join(dir, 'history.sqlite')
  history = openHistory({ path, logger: silent })
})
afterEach(() => {
  history.close()
  rmSync(dir, { recursive: true })
})

describe('the journal', () => {
  it('knows after a crash which jobs had begun, and which had come to an outcome', () => {
    const begun = history.begin(aNewJob())
    const concluded = history.begin(aNewJob({ gitlabId: 901 }))
    const finished = history.begin(aNewJob({ gitlabId: 902 }))
    history.concluded(concluded, failed)
    history.concluded(finished, success)
    history.finished(finished, success, 5000, 10)
    reopen()
    const known = { gitlabUrl: 'https://gitlab.example.com', runnerKey: 'abc@https://gitlab.example.com' }
    expect(history.unfinished()).toEqual([
      { ...known, id: begun, gitlabId: 900, outcome: undefined },
      { ...known, id: concluded, gitlabId: 901, outcome: failed },
    ])
  })

  it('does not change a job that is finished', () => {
    const id = history.begin(aNewJob())
    history.finished(id, success, 5000, 10)
    history.concluded(id, failed)
    history.finished(id, failed, 6000, 20)
    expect(history.read(id)).toMatchObject({
      state: { phase: 'finished', outcome: success },
      finishedAt: 5000,
      logSize: 10,
    })
  })

  it.each<Outcome>([
    success,
    failed,
    { result: 'canceled', by: 'user' },
    { result: 'failed', reason: 'image_pull_failure', message: 'm' },
  ])('remembers the outcome %o', (outcome) => {
    const id = history.begin(aNewJob())
    history.finished(id, outcome, 1, 1)
    expect(history.summary(id)?.state).toEqual({ phase: 'finished', outcome })
  })

  it('never gives the id of a forgotten job again', () => {
    const id = history.begin(aNewJob())
    history.finished(id, success, 1, 1)
    history.forget([id])
    expect(history.begin(aNewJob())).toBe(id + 1)
  })
})

describe('the history', () => {
  it('tells all there is to know about a job', () => {
    const id = history.begin(aNewJob())
    history.stageStarted(id, { name: 'get_sources', title: 'Getting source', startedAt: 1100 })
    history.stageEnded(id, 'get_sources', 1200, 'failed')
    history.stageStarted(id, { name: 'get_sources', title: 'Getting source', startedAt: 1300 })
    history.stageEnded(id, 'get_sources', 1400, 'passed')
    history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: 1500 })
    history.mounted(id, [{ source: '/opt/tools', target: '/opt/tools', readOnly: true }])
    expect(history.read(id)).toEqual({
      id,
      gitlabId: 900,
      name: 'build',
      project: 'group/firmware',
      ref: 'main',
      sha: '1ecfd275763eff1d6b4844ea3168962458c9f27a',
      runner: 'workbench',
      image: 'alpine:3',
      url: 'https://gitlab.example.com/group/firmware/-/jobs/900',
      pipelineId: 77,
      acceptedAt: 1000,
      state: { phase: 'running', stage: 'step_script' },
      stages: [
        { name: 'get_sources', title: 'Getting source', startedAt: 1100, endedAt: 1200, result: 'failed' },
        { name: 'get_sources', title: 'Getting source', startedAt: 1300, endedAt: 1400, result: 'passed' },
        { name: 'step_script', title: 'Executing', startedAt: 1500 },
      ],
      timeout: 3600,
      variableNames: ['CI', 'DEPLOY_TOKEN'],
      mounts: [{ source: '/opt/tools', target: '/opt/tools', readOnly: true }],
      logSize: 0,
    })
  })

  it('tells what a job has used and what its stages have moved', () => {
    const resources: JobResources = {
      peakMemory: 3_000_000_000,
      cpuSeconds: 41.5,
      containers: [
        { role: 'build', peakMemory: 3_000_000_000, memoryLimit: 4_294_967_296, cpuSeconds: 41.5 },
      ],
    }
    const id = history.begin(aNewJob())
    for (const [name, bytes] of [
      ['prepare_executor', 52_000_000],
      ['step_script', 0],
    ] as const) {
      history.stageStarted(id, { name, title: name, startedAt: 1100 })
      history.stageEnded(id, name, 1200, 'passed', bytes)
    }
    history.used(id, resources)
    history.recreatable(id, 'docker run')
    const { resources: kept, recreate, stages } = history.read(id)!
    expect({ kept, recreate, moved: stages.map(({ bytes }) => bytes) }).toEqual({
      kept: resources,
      recreate: 'docker run',
      moved: [52_000_000, undefined],
    })
  })

  it('tells what was uploaded and how the containers were set up', () => {
    const settings = [{ key: 'docker.privileged', value: 'true' }]
    const archive = { name: 'artifacts.zip', type: 'archive', format: 'zip', bytes: 3_400_000 }
    const report = { name: 'junit.xml.gz', type: 'junit', format: 'gzip', bytes: 900 }
    const id = history.begin(aNewJob({ settings }))
    history.uploaded(id, archive)
    history.uploaded(id, report)
    expect(history.read(id)).toMatchObject({ settings, artifacts: [archive, report] })
  })

  it('finds by branch and time, and puts in order what it finds', () => {
    const durations = [30, 10, 20]
    const ids = durations.map((duration, index) => {
      const id = history.begin(aNewJob({ ref: index === 2 ? 'fix-7' : 'main', acceptedAt: index * 100 }))
      history.finished(id, success, index * 100 + duration, 0)
      return id
    })
    const found = (query: Partial<JobQuery>) =>
      history.find({ limit: 10, ...query }).jobs.map(({ id }) => ids.indexOf(id))
    expect({
      branch: found({ branch: 'main' }),
      since: found({ since: 100 }),
      oldest: found({ order: 'asc' }),
      longest: found({ sort: 'duration', order: 'desc' }),
      shortestSearched: found({ sort: 'duration', text: 'firmware' }),
      second: found({ sort: 'duration', limit: 1, offset: 1 }),
      facets: history.facets(),
    }).toEqual({
      branch: [1, 0],
      since: [2, 1],
      oldest: [0, 1, 2],
      longest: [0, 2, 1],
      shortestSearched: [1, 2, 0],
      second: [2],
      facets: {
        projects: ['group/firmware'],
        runners: ['workbench'],
        branches: ['fix-7', 'main'],
        toolchains: [],
      },
    })
  })

  it('finds the jobs that worked with a toolchain, of any version or of one', () => {
    const mount = (version: string) => ({
      source: `/srv/sdk-${version}`,
      target: '/opt/sdk',
      readOnly: true,
      toolchain: { name: 'sdk', version, fingerprint: 'c4d1' },
    })
    const ids = ['1', '2'].map((version) => {
      const id = history.begin(aNewJob())
      history.mounted(id, [mount(version)])
      return id
    })
    const other = history.begin(aNewJob())
    const found = (toolchain: string) =>
      history.find({ limit: 10, toolchain }).jobs.map(({ id }) => ids.indexOf(id))
    expect({
      any: found('sdk'),
      one: found('sdk@1'),
      none: found('sdk@3'),
      toolchains: history.facets().toolchains,
      told: history.summary(ids[0]!)?.toolchains,
      untold: history.summary(other)?.toolchains,
    }).toEqual({
      any: [1, 0],
      one: [0],
      none: [],
      toolchains: ['sdk@2', 'sdk@1'],
      told: [{ name: 'sdk', version: '1', fingerprint: 'c4d1' }],
      untold: undefined,
    })
  })

  it('shows the phase a job is in', () => {
    const id = history.begin(aNewJob({ url: undefined, pipelineId: undefined }))
    const phases = [history.summary(id)?.state]
    history.stageStarted(id, { name: 'prepare_script', title: 'Preparing', startedAt: 1 })
    phases.push(history.summary(id)?.state)
    history.concluded(id, success)
    phases.push(history.summary(id)?.state)
    expect(phases).toEqual([
      { phase: 'preparing' },
      { phase: 'running', stage: 'prepare_script' },
      { phase: 'reporting', outcome: success },
    ])
  })

  it('knows nothing of a job that never was', () => {
    expect([history.read(5), history.summary(5)]).toEqual([undefined, undefined])
  })

  it('shows the name a runner has now', () => {
    const id = history.begin(aNewJob({ runner: 'old name' }))
    history.begin(aNewJob({ runner: 'new name' }))
    expect(history.summary(id)?.runner).toBe('new name')
  })

  describe('finding jobs', () => {
    beforeEach(() => {
      const jobs = [
        aNewJob({ name: 'build' }),
        aNewJob({ name: 'unit tests', project: 'group/tools', ref: 'feature/ümlaut' }),
        aNewJob({ name: 'deploy 100%', runner: 'server', runnerKey: 'other' }),
        aNewJob({ name: 'lint', sha: 'feedbeef' }),
      ].map((job) => history.begin(job))
      history.finished(jobs[0]!, success, 1, 1)
      history.finished(jobs[1]!, failed, 2, 1)
      history.concluded(jobs[2]!, success)
    })
    const found = (query: Partial<JobQuery>) => {
      const { jobs, total } = history.find({ limit: 100, ...query })
      return { names: jobs.map((job) => job.name), total }
    }

    it.each<{ query: Partial<JobQuery>; names: string[] }>([
      { query: {}, names: ['lint', 'deploy 100%', 'unit tests', 'build'] },
      { query: { text: 'buil' }, names: ['build'] },
      { query: { text: 'ILD' }, names: ['build'] },
      { query: { text: 'tool uni' }, names: ['unit tests'] },
      { query: { text: 'de' }, names: ['deploy 100%'] },
      { query: { text: 'edbe' }, names: ['lint'] },
      { query: { text: '0%' }, names: ['deploy 100%'] },
      { query: { text: 'ümla' }, names: ['unit tests'] },
      { query: { text: '"; DROP TABLE jobs' }, names: [] },
      { query: { text: 'AND' }, names: [] },
      { query: { outcome: 'success' }, names: ['build'] },
      { query: { outcome: 'failed' }, names: ['unit tests'] },
      { query: { outcome: 'running' }, names: ['lint', 'deploy 100%'] },
      { query: { project: 'group/tools' }, names: ['unit tests'] },
      { query: { runner: 'server' }, names: ['deploy 100%'] },
      { query: { runner: 'other', text: 'deploy', outcome: 'running' }, names: ['deploy 100%'] },
    ])('$query finds $names', ({ query, names }) => {
      expect(found(query)).toEqual({ names, total: names.length })
    })

    it('goes page by page, and counts all', () => {
      const first = history.find({ limit: 3 })
      const second = history.find({ limit: 3, before: first.jobs.at(-1)!.id })
      expect([first, second].map(({ jobs, total }) => [jobs.length, total])).toEqual([
        [3, 4],
        [1, 4],
      ])
    })

    it('goes page by page through what a search finds', () => {
      const query = { text: 'group', outcome: 'running', limit: 1 } as const
      const first = history.find(query)
      const second = history.find({ ...query, before: first.jobs[0]!.id })
      const plain = history.find({ text: 'group', limit: 2, before: 3 })
      expect([first, second, plain].map(({ jobs, total }) => [jobs.map((job) => job.id), total])).toEqual([
        [[4], 2],
        [[3], 2],
        [[2, 1], 4],
      ])
    })

    it('forgets finished jobs with everything about them, and no others', () => {
      history.forget([1, 2, 3, 4])
      expect([found({}), found({ text: 'unit' }), history.finishedJobs()]).toEqual([
        { names: ['lint', 'deploy 100%'], total: 2 },
        { names: [], total: 0 },
        [],
      ])
    })
  })

  it('writes no value of a variable, and lets only its owner read it', () => {
    // A caller that hands over more than the journal asks for must not find it in the file.
    const canary = 'c4n4ry-t0k3n-v4lu3'
    const job = { ...aNewJob(), token: canary, variables: [{ key: 'DEPLOY_TOKEN', value: canary }] }
    const id = history.begin(job)
    history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: 1 })
    history.finished(id, success, 1, 1)
    const files = readdirSync(dir).map((name) => join(dir, name))
    expect(files.map((file) => readFileSync(file).includes(canary))).toEqual(files.map(() => false))
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual(files.map(() => 0o600))
    expect(
      readFileSync(path).includes('DEPLOY_TOKEN') || readFileSync(`${path}-wal`).includes('DEPLOY_TOKEN'),
    ).toBe(true)
  })
})
