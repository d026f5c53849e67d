import { describe, expect, it } from 'vitest'

import type { JobSummary } from '../../main/contract/job.ts'
import { activeJobs, latestJobs, reduceJobs, type Jobs } from '../../renderer/state/jobs.ts'
import { createPreferences } from '../../renderer/state/preferences.ts'
import { linkTo, parseRoute } from '../../renderer/state/route.ts'
import { numbersSince } from '../../renderer/state/today.ts'
import { parseVolume } from '../../renderer/runners/parse-volume.ts'
import { createFormat } from '../../renderer/ui/format.ts'
import { en } from '../../renderer/words/en.ts'
import { spokenOf } from '../../renderer/words/languages.ts'
import { aJob } from '../support/fake-jobs.ts'

const running = { phase: 'running', stage: 'step_script' } as const
const passed = { phase: 'finished', outcome: { result: 'success' } } as const
const failed = {
  phase: 'finished',
  outcome: { result: 'failed', reason: 'script_failure', message: 'exit code 1' },
} as const
const none: Jobs = new Map()

describe('the jobs on the screen', () => {
  it('are what the snapshot says, then what changed', () => {
    const [first, second] = [job(1, running), job(2, running)]
    const before = reduceJobs(none, { type: 'snapshot', jobs: [second, first] })
    const after = reduceJobs(before, { type: 'job-changed', job: job(1, passed, 5000) })
    expect({
      before: activeJobs(before).map(({ id }) => id),
      active: activeJobs(after).map(({ id }) => id),
      latest: latestJobs(after, 5).map(({ id }) => id),
    }).toEqual({ before: [1, 2], active: [2], latest: [1] })
  })

  it('are all replaced by the snapshot of a new connection', () => {
    const before = reduceJobs(none, { type: 'snapshot', jobs: [job(1, running)] })
    expect([...reduceJobs(before, { type: 'snapshot', jobs: [] })]).toEqual([])
  })
})

it('the numbers of a day count what finished in it', () => {
  const jobs = [job(1, passed, 999), job(2, passed, 2000), job(3, failed, 4000), job(4, running)]
  expect(numbersSince(1000, jobs)).toEqual({
    finished: 2,
    passed: 1,
    failed: 1,
    successRate: 0.5,
    median: 2000,
  })
})

describe('the address', () => {
  it.each([
    ['', { page: 'overview' }],
    ['#/', { page: 'overview' }],
    ['#/jobs', { page: 'jobs' }],
    ['#/jobs/12', { page: 'job', id: 12 }],
    ['#/jobs/12:345', { page: 'job', id: 12, line: 345 }],
    ['#/jobs/12#L345', { page: 'job', id: 12, line: 345 }],
    ['#/jobs/12#error', { page: 'job', id: 12, line: 'error' }],
    ['#/runners', { page: 'runners' }],
    ['#/jobs/0', { page: 'jobs' }],
    ['#/jobs/-1', { page: 'jobs' }],
    ['#/jobs/1e9', { page: 'jobs' }],
    ['#/jobs/12:x', { page: 'job', id: 12 }],
    ['#/jobs/12/<script>', { page: 'overview' }],
    ['#/nowhere', { page: 'overview' }],
  ])('%j leads to %j', (hash, route) => expect(parseRoute(hash)).toEqual(route))

  it.each([
    { page: 'overview' },
    { page: 'jobs' },
    { page: 'runners' },
    { page: 'job', id: 3, line: 9 },
    { page: 'job', id: 3, line: 'error' },
  ] as const)('of %j leads back to it', (route) => expect(parseRoute(linkTo(route))).toEqual(route))
})

describe('preferences', () => {
  it('begin with the language of the reader', () =>
    expect([['ko-KR'], ['fr', 'zh-Hans-CN'], ['fr'], []].map(spokenOf)).toEqual(['ko', 'zh-CN', 'en', 'en']))

  it('are remembered, and nonsense is not', () => {
    const storage = new Map<string, string>()
    const kept = {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => void storage.set(key, value),
    }
    createPreferences(kept, ['en']).setState({ theme: 'dark', language: 'ko' })
    const usual = { logTimes: true, logWraps: false, logFollows: true, letterKeys: true }
    const again = createPreferences(kept, ['en']).getState()
    for (const key of storage.keys()) storage.set(key, '{"theme":"pink","language":"__proto__","logTimes":3}')
    const nonsense = createPreferences(kept, ['en']).getState()
    for (const key of storage.keys()) storage.set(key, 'not JSON')
    const broken = createPreferences(kept, ['en']).getState()
    expect({ again, nonsense, broken }).toEqual({
      again: { ...usual, theme: 'dark', language: 'ko' },
      nonsense: { ...usual, theme: 'system', language: 'en' },
      broken: { ...usual, theme: 'system', language: 'en' },
    })
  })
})

it.each([
  ['/opt/sdk:/opt/sdk:ro', { source: '/opt/sdk', target: '/opt/sdk', readOnly: true }],
  ['/a:/b', { source: '/a', target: '/b', readOnly: false }],
  ['/a:/b:rw,z', { source: '/a', target: '/b', readOnly: false }],
  ['/a:/b:ro,z', { source: '/a', target: '/b', readOnly: true }],
  ['/cache', { source: '', target: '/cache', readOnly: false }],
  ['C:\\sdk:/sdk:ro', { source: 'C:\\sdk', target: '/sdk', readOnly: true }],
])('the volume %s is shown as %j', (volume, mount) => expect(parseVolume(volume)).toEqual(mount))

it('durations are short in columns and in words in sentences', () => {
  const format = createFormat('en', en)
  expect([0, 9_400, 42_000, 73_000, 7_383_000].map((ms) => [format.clock(ms), format.duration(ms)])).toEqual([
    ['0:00', '0 s'],
    ['0:09', '9.4 s'],
    ['0:42', '42 s'],
    ['1:13', '1 m 13 s'],
    ['2:03:03', '2 h 3 m'],
  ])
})

it('what is long ago is told in days, then by its date', () => {
  const format = createFormat('en', en)
  const now = Date.UTC(2026, 10, 29, 12)
  const days = (count: number) => format.longAgo(now - count * 86_400_000, now)
  expect([0, 1 / 24, 1, 3, 30, 90].map(days)).toEqual([
    en.justNow,
    '1h ago',
    'yesterday',
    '3d ago',
    '30d ago',
    'Aug 31, 2026',
  ])
})

it('sizes are in the units of computers', () => {
  const format = createFormat('en', en)
  expect([0, 1023, 18_240, 3_565_000, 7.5 * 1024 ** 3].map(format.bytes)).toEqual([
    '0 B',
    '1,023 B',
    '17.8 KiB',
    '3.4 MiB',
    '7.5 GiB',
  ])
})

function job(id: number, state: JobSummary['state'], finishedAt?: number): JobSummary {
  return aJob({ id, acceptedAt: 0, state, ...(finishedAt !== undefined && { finishedAt }) })
}
