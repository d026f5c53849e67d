import { describe, expect, it } from 'vitest'

import type { JobState, Outcome } from '../../main/contract/job.ts'
import {
  noticeOfDisk,
  noticeOfJob,
  noticeOfStatus,
  noticeOfVersion,
  noticesOfRunners,
} from '../../main/desktop/notices.ts'
import { speechIn } from '../../main/desktop/speech.ts'
import { watchDisk } from '../../main/desktop/watch-disk.ts'
import { aJob, aStatus, someRunners } from '../support/fake-jobs.ts'
import { turnedClock } from '../support/turned-clock.ts'

describe('a notice of a job', () => {
  const ended = (outcome: Outcome) => {
    const state: JobState = { phase: 'finished', outcome }
    return noticeOfJob(
      aJob({ id: 12, acceptedAt: 0, name: 'build', project: 'firmware/boot', ref: 'main', state }),
      speechIn('en'),
    )
  }

  it('says that it failed and why, and opens its page where the log first speaks of an error', () => {
    expect(
      ended({ result: 'failed', reason: 'script_failure', message: 'exit code 127', exitCode: 127 }),
    ).toEqual({
      kind: 'JobFailed',
      title: 'build failed',
      body: 'exit code 127\nfirmware/boot, main',
      path: '/#/jobs/12#error',
      about: 'build, firmware/boot, main',
    })
  })

  it('says that it passed', () => {
    expect(ended({ result: 'success' })).toMatchObject({ kind: 'JobPassed', title: 'build passed' })
  })

  it('is not needed by whoever canceled it', () => {
    expect(ended({ result: 'canceled', by: 'user' })).toBeUndefined()
  })
})

describe('a notice of Docker', () => {
  const gone = {
    ...aStatus(),
    docker: {
      state: 'unreachable',
      endpoint: '/x',
      problem: 'Nobody answers',
      remedy: 'Start Docker',
    } as const,
  }

  it('comes when it was there', () => {
    expect(noticeOfStatus(aStatus(), gone, speechIn('en'))).toEqual({
      kind: 'EngineGone',
      title: 'Docker has gone away',
      body: 'Nobody answers. Start Docker.',
      path: '/',
    })
  })

  it('does not come when it never was, nor twice', () => {
    expect([
      noticeOfStatus(undefined, gone, speechIn('en')),
      noticeOfStatus(gone, gone, speechIn('en')),
    ]).toEqual([undefined, undefined])
  })
})

describe('a notice of the version', () => {
  it('comes once where a service runs another than the application', () => {
    const [old, same] = [
      { ...aStatus(), version: '0.1.0' },
      { ...aStatus(), version: '0.2.0' },
    ]
    const notice = (before: typeof old | undefined, now: typeof old) =>
      noticeOfVersion(before, now, '0.2.0', speechIn('en'))?.title
    expect([notice(undefined, old), notice(old, old), notice(old, same), notice(undefined, same)]).toEqual([
      'The service that runs is Drydock 0.1.0',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a notice of a token', () => {
  it('comes once, a week before it expires, and again for the next token', () => {
    const day = 24 * 60 * 60 * 1000
    const told = new Set<string>()
    const at = (days: number, tokenExpiresAt = 30 * day) => {
      const [runner] = someRunners(0)
      if (runner === undefined) throw new Error('no runner')
      return noticesOfRunners(
        [{ ...runner, name: 'tangxin', tokenExpiresAt }],
        days * day,
        told,
        speechIn('en'),
      ).map(({ title }) => title)
    }
    expect([at(22), at(23), at(24), at(24, 90 * day), at(89.5, 90 * day)]).toEqual([
      [],
      ['The token of tangxin expires in 7 days'],
      [],
      [],
      ['The token of tangxin expires within a day'],
    ])
  })
})

describe('a notice of the disk', () => {
  it('comes once until there is enough again', async () => {
    const gib = 1024 ** 3
    const readings = [20, 4, 3, 6, 4, 9, 4]
    const clock = turnedClock()
    const stop = new AbortController()
    const titles: string[] = []
    const watching = watchDisk(
      async () => (readings.shift() ?? 4) * gib,
      clock,
      (free) => titles.push(noticeOfDisk(free, speechIn('en')).title),
      stop.signal,
    )
    await clock.advance(6 * 10 * 60 * 1000)
    stop.abort()
    await watching
    expect(titles).toEqual(['4.0 GiB are left on the disk', '4.0 GiB are left on the disk'])
  })
})
