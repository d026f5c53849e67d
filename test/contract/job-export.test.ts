import { describe, expect, it } from 'vitest'

import { exportedJob, exportTexts } from '../../main/contract/job-export.ts'
import type { JobSummary } from '../../main/contract/job.ts'

const aJob = (given: Partial<JobSummary> = {}): JobSummary => ({
  id: 7,
  gitlabId: 4711,
  name: 'build:arm64',
  project: 'firmware/boot',
  ref: 'main',
  sha: '3f2c91e',
  runner: 'tangxin',
  image: 'debian:12-slim',
  url: 'https://git.example.com/-/jobs/4711',
  pipelineId: 90,
  acceptedAt: Date.UTC(2026, 0, 1),
  finishedAt: Date.UTC(2026, 0, 1, 0, 1, 13),
  state: {
    phase: 'finished',
    outcome: { result: 'failed', reason: 'script_failure', message: 'exit code 2', exitCode: 2 },
  },
  toolchains: [{ name: 'atlas500', version: '20.2' }],
  ...given,
})
const numbers = { queuedMs: 1500, peakMemory: 2_000_000, cpuSeconds: 41.23456 }
const none = { queuedMs: null, peakMemory: null, cpuSeconds: null }
const csv = (given: Partial<JobSummary>) => exportTexts.csv.row(exportedJob(aJob(given), none), false)

describe('a job in an exported table', () => {
  it('tells what happened, why, how long and with what', () => {
    expect(exportedJob(aJob(), numbers)).toEqual({
      job_id: 4711,
      name: 'build:arm64',
      project: 'firmware/boot',
      branch: 'main',
      commit: '3f2c91e',
      pipeline_id: 90,
      runner: 'tangxin',
      image: 'debian:12-slim',
      toolchains: ['atlas500@20.2'],
      status: 'failed',
      failure_reason: 'script_failure',
      message: 'exit code 2',
      exit_code: 2,
      accepted_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:01:13.000Z',
      queued_seconds: 1.5,
      duration_seconds: 73,
      peak_memory_bytes: 2_000_000,
      cpu_seconds: 41.235,
      url: 'https://git.example.com/-/jobs/4711',
    })
  })

  it('runs until GitLab has its outcome', () => {
    const { finishedAt: _, ...running } = aJob({
      state: { phase: 'reporting', outcome: { result: 'success' } },
    })
    const { status, finished_at, duration_seconds } = exportedJob(running, none)
    expect({ status, finished_at, duration_seconds }).toEqual({
      status: 'running',
      finished_at: null,
      duration_seconds: null,
    })
  })
})

describe('jobs as CSV', () => {
  it('begin with the mark that tells Excel they are UTF-8, and the names of their columns', () => {
    expect(exportTexts.csv.head).toMatch(/^\uFEFFjob_id,name,project,.*,url\r\n$/)
  })

  it('have a cell for each column, empty where nothing is known', () => {
    const columns = exportTexts.csv.head.split(',').length
    expect(csv({ name: 'plain' }).split(',')).toHaveLength(columns)
    expect(exportTexts.csv.row(exportedJob(aJob(), none), true)).toBe(
      '4711,build:arm64,firmware/boot,main,3f2c91e,90,tangxin,debian:12-slim,atlas500@20.2,failed,script_failure,' +
        'exit code 2,2,2026-01-01T00:00:00.000Z,2026-01-01T00:01:13.000Z,,73,,,https://git.example.com/-/jobs/4711\r\n',
    )
  })

  it.each([
    ['=cmd|/c calc!A1', "'=cmd|/c calc!A1"],
    ['+1', "'+1"],
    ['-1+2', "'-1+2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['固件 편집', '固件 편집'],
  ])('hold the branch %j as %j: nothing is a formula, nothing breaks a row', (ref, cell) => {
    expect(csv({ ref })).toContain(`firmware/boot,${cell},3f2c91e`)
  })
})
