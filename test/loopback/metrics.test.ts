import { describe, expect, it } from 'vitest'

import type { JobsEvent } from '../../main/contract/api.ts'
import type { JobState, JobSummary } from '../../main/contract/job.ts'
import { JobTally } from '../../main/loopback/metrics/job-tally.ts'
import { metricsText } from '../../main/loopback/metrics/metrics-text.ts'
import { parseListenAddress, startMetrics } from '../../main/loopback/metrics/start-metrics.ts'
import { fakeEngine } from '../support/fake-engine.ts'

const job = (id: number, state: JobState, finishedAt?: number): JobSummary => ({
  id,
  gitlabId: 100 + id,
  name: 'test',
  project: 'g/p',
  ref: 'main',
  sha: '1',
  runner: 'work"shop',
  image: 'i',
  acceptedAt: 0,
  ...(finishedAt !== undefined && { finishedAt }),
  state,
})
const changed = (one: JobSummary): JobsEvent => ({ type: 'job-changed', job: one })
const failed = { result: 'failed', reason: 'script_failure', message: 'exit code 1' } as const

function textOf(...events: readonly JobsEvent[]): readonly string[] {
  const tally = new JobTally()
  for (const event of events) tally.note(event)
  const text = metricsText({
    status: { version: '1.2.3', concurrent: 4 },
    runners: [
      { name: 'work"shop', shortToken: 'abc', executor: 'docker', limit: 2, health: { state: 'unknown' } },
    ],
    tally,
    systemId: 's_1',
    startedAt: 5000,
    memoryBytes: 7,
    cpuSeconds: 0.5,
  })
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

const labels = 'runner="abc",runner_name="work\\"shop",system_id="s_1"'

describe('the metrics', () => {
  it('say what is configured', () => {
    expect(textOf()).toEqual([
      'gitlab_runner_version_info{name="drydock",version="1.2.3"} 1',
      'gitlab_runner_concurrent 4',
      `gitlab_runner_limit{${labels}} 2`,
      `drydock_runner_up{${labels}} 0`,
      'process_start_time_seconds 5',
      'process_resident_memory_bytes 7',
      'process_cpu_seconds_total 0.5',
    ])
  })

  it('count jobs that run, by their stage', () => {
    const lines = textOf(
      changed(job(1, { phase: 'running', stage: 'step_script' })),
      changed(job(2, { phase: 'running', stage: 'step_script' })),
      changed(job(3, { phase: 'preparing' })),
    )
    expect(lines.filter((line) => line.startsWith('gitlab_runner_jobs'))).toEqual([
      `gitlab_runner_jobs{${labels},state="running",stage="step_script"} 2`,
      `gitlab_runner_jobs{${labels},state="preparing",stage=""} 1`,
      `gitlab_runner_jobs_total{${labels}} 3`,
    ])
  })

  it('count jobs that are over once, by their reason and duration', () => {
    const over = changed(job(1, { phase: 'finished', outcome: failed }, 45_000))
    const lines = textOf(
      // Over before this process began.
      { type: 'snapshot', jobs: [job(9, { phase: 'finished', outcome: failed }, 1000)] },
      changed(job(1, { phase: 'preparing' })),
      over,
      over,
    )
    const about = (name: string) => lines.filter((line) => line.startsWith(name))
    expect([
      about('gitlab_runner_failed_jobs_total'),
      about('gitlab_runner_job_duration_seconds_bucket').slice(0, 3),
      about('gitlab_runner_job_duration_seconds_sum'),
      about('gitlab_runner_jobs{'),
    ]).toEqual([
      [`gitlab_runner_failed_jobs_total{${labels},failure_reason="script_failure"} 1`],
      [
        `gitlab_runner_job_duration_seconds_bucket{${labels},le="30"} 0`,
        `gitlab_runner_job_duration_seconds_bucket{${labels},le="60"} 1`,
        `gitlab_runner_job_duration_seconds_bucket{${labels},le="300"} 1`,
      ],
      [`gitlab_runner_job_duration_seconds_sum{${labels}} 45`],
      [],
    ])
  })
})

describe('listen_address', () => {
  it.each([
    ['127.0.0.1:9100', { host: '127.0.0.1', port: 9100 }],
    ['localhost', { host: 'localhost', port: 9252 }],
    [':9252', { host: undefined, port: 9252 }],
    ['[::1]:80', { host: '::1', port: 80 }],
  ])('%s', (address, parsed) => expect(parseListenAddress(address)).toEqual(parsed))

  it.each(['http://localhost:9252', 'a:b', '1.2.3.4:70000'])('%s is refused by name', (address) =>
    expect(() => parseListenAddress(address)).toThrow(`listen_address = "${address}" is no address`),
  )

  it('serves metrics, readiness and the jobs, and nothing that changes anything', async () => {
    await using metrics = await startMetrics({
      api: fakeEngine().api,
      address: '127.0.0.1:0',
      systemId: 's_1',
      onUnexpected: (error) => expect(error).toBeUndefined(),
    })
    const ask = async (path: string, method = 'GET') => {
      const answer = await fetch(`http://127.0.0.1:${metrics.port}${path}`, { method })
      return { status: answer.status, text: await answer.text() }
    }
    await expect.poll(() => ask('/health/ready')).toEqual({ status: 200, text: 'ready\n' })
    expect((await ask('/metrics')).text).toContain('\ngitlab_runner_concurrent ')
    expect([
      (await ask('/debug/jobs/list')).status,
      (await ask('/')).status,
      (await ask('/metrics', 'POST')).status,
      // Not even an address; it must not end the runner.
      (await ask('//')).status,
    ]).toEqual([200, 404, 405, 404])
  })
})
