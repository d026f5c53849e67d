import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { startLogUpload, type LogUploadOptions } from '../../../main/engine/gitlab/log-upload.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { keptLog, never, silent } from './kit.ts'
import { growingLog, modelGitLab, type Fault, type Override } from './model-gitlab.ts'

const mebibyte = 1024 * 1024
const success = { state: 'success' } as const
const goOn = { signal: 'go-on' } as const

function uploading({
  faultOf,
  ...options
}: Partial<LogUploadOptions> & { readonly faultOf?: (request: string) => Fault | Override } = {}) {
  const clock = turnedClock()
  const log = growingLog()
  const gitlab = modelGitLab(() => clock.monotonic(), faultOf)
  const signals: string[] = []
  const upload = startLogUpload({
    gateway: gitlab,
    job: { id: 1, token: 't' },
    log,
    clock,
    logger: silent,
    debugTrace: false,
    onSignal: (signal) => void signals.push(signal),
    ...options,
  })
  return { clock, log, gitlab, signals, upload }
}

/** Lets time pass until the promise settles. */
async function turning<T>(
  clock: { advance(ms: number): Promise<void> },
  promise: Promise<T>,
  step = 1000,
): Promise<T> {
  const settled = new AbortController()
  void promise.then(
    () => settled.abort(),
    () => settled.abort(),
  )
  await clock.advance(0)
  while (!settled.signal.aborted) await clock.advance(step)
  return promise
}

describe('while the job runs', () => {
  it('sends every three seconds what has been added, and nothing twice', async () => {
    const { clock, log, gitlab } = uploading()
    log.append('one\n')
    await clock.advance(3000)
    log.append('two\n')
    log.append('three\n')
    await clock.advance(3000)
    await clock.advance(3000)
    expect([gitlab.log(), gitlab.heard]).toEqual(['one\ntwo\nthree\n', ['3 patch 0+4', '6 patch 4+10']])
  })

  it('tells that a silent job lives, at its first tick and then every half minute', async () => {
    const { clock, gitlab } = uploading()
    await clock.advance(70_000)
    expect(gitlab.heard).toEqual(['3 update running', '36 update running', '69 update running'])
    expect(gitlab.updates[0]).toEqual({ state: 'running', checksum: 'crc32:00000000', bytesize: 0 })
  })

  it('catches up at once when more waits than fits in a request', async () => {
    const { clock, log, gitlab } = uploading()
    log.append('x'.repeat(3 * mebibyte + 5))
    await clock.advance(3000)
    await clock.advance(3000)
    expect(gitlab.heard).toEqual([
      `3 patch 0+${mebibyte}`,
      `3 patch ${mebibyte}+${mebibyte}`,
      `3 patch ${2 * mebibyte}+${mebibyte}`,
      `6 patch ${3 * mebibyte}+5`,
    ])
  })

  it('goes by the interval GitLab asks for', async () => {
    const { clock, log, gitlab } = uploading({
      faultOf: (request) =>
        request.startsWith('patch 0') ? { kind: 'stored', upTo: 1, interval: 60, ...goOn } : 'none',
    })
    log.append('a')
    await clock.advance(3000)
    log.append('b')
    await clock.advance(59_000)
    const before = gitlab.heard.length
    await clock.advance(1000)
    expect([before, gitlab.heard.slice(1)]).toEqual([1, ['63 patch 1+1']])
  })

  it('lengthens the silence it bears by the interval where the flag says so', async () => {
    const { clock, gitlab } = uploading({
      dynamicForceSend: true,
      faultOf: () => ({ kind: 'accepted', interval: 60, ...goOn }),
    })
    await clock.advance(10 * 60_000)
    expect(gitlab.heard).toEqual(['3 update running', '303 update running'])
  })

  it('sends from where GitLab is when the log does not fit', async () => {
    let forgets = true
    const { clock, log, gitlab } = uploading({
      faultOf: (request) => {
        if (!request.startsWith('patch 6') || !forgets) return 'none'
        forgets = false
        return 'forgets'
      },
    })
    log.append('hello ')
    await clock.advance(3000)
    log.append('world\n')
    await clock.advance(6000)
    expect([gitlab.log(), gitlab.heard]).toEqual([
      'hello world\n',
      ['3 patch 0+6', '6 patch 6+6', '9 patch 3+9'],
    ])
  })

  it('does not believe that GitLab holds more than was written', async () => {
    let lies = true
    const { clock, log, gitlab } = uploading({
      faultOf: () => {
        if (!lies) return 'none'
        lies = false
        return { kind: 'resend-from', offset: 99, ...goOn }
      },
    })
    log.append('hello')
    await clock.advance(6000)
    expect([gitlab.log(), gitlab.heard]).toEqual(['hello', ['3 patch 0+5', '6 patch 0+5']])
  })

  it.each<{ readonly answer: Override; readonly signals: readonly string[] }>([
    { answer: { kind: 'stored', upTo: 1, signal: 'cancel' }, signals: ['cancel'] },
    { answer: { kind: 'try-again', problem: 'x', signal: 'cancel' }, signals: ['cancel'] },
    { answer: { kind: 'job-is-over' }, signals: ['abort'] },
    { answer: { kind: 'stored', upTo: 1, signal: 'abort' }, signals: ['abort'] },
  ])('passes on what $answer.kind says, once', async ({ answer, signals }) => {
    const { clock, log, signals: heard } = uploading({ faultOf: () => answer })
    log.append('abc')
    await clock.advance(20_000)
    expect(heard).toEqual(signals)
  })

  it('sends nothing more after an abort until the job ends', async () => {
    const { clock, log, gitlab, upload } = uploading({ faultOf: () => ({ kind: 'job-is-over' }) })
    log.append('a')
    await clock.advance(600_000)
    const before = gitlab.heard.length
    expect([before, await turning(clock, upload.finish(success, never))]).toEqual([1, 'accepted'])
  })

  it('goes on when the log cannot be read for a while', async () => {
    const { logger, lines } = keptLog()
    const broken = growingLog()
    let readable = false
    const log: typeof broken = Object.create(broken, {
      read: {
        value: async (offset: number, max: number) => {
          if (!readable) throw new Error('input/output error')
          return broken.read(offset, max)
        },
      },
    }) as typeof broken
    const { clock, gitlab } = uploading({ log, logger })
    broken.append('here')
    await clock.advance(3000)
    readable = true
    await clock.advance(3000)
    expect(gitlab.log()).toBe('here')
    expect(lines.join('')).toContain('input/output error')
  })
})

describe('when the job ends', () => {
  it('sends the rest and the outcome without waiting for a tick', async () => {
    const { clock, log, gitlab, upload } = uploading()
    log.append('hello world\n')
    log.end()
    expect(
      await turning(
        clock,
        upload.finish({ state: 'failed', failureReason: 'script_failure', exitCode: 2 }, never),
      ),
    ).toBe('accepted')
    expect([gitlab.heard, gitlab.updates, clock.sleepers]).toEqual([
      ['0 patch 0+12', '0 update failed'],
      [
        {
          state: 'failed',
          failureReason: 'script_failure',
          exitCode: 2,
          checksum: 'crc32:af083b2d',
          bytesize: 12,
        },
      ],
      0,
    ])
  })

  it('asks again while GitLab stores the log, at the interval it names, and counts no try', async () => {
    const intervals = [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64, 64]
    const { clock, gitlab, upload } = uploading({
      faultOf: () => {
        const interval = intervals.shift()
        return interval === undefined ? 'none' : { kind: 'not-yet', interval, ...goOn }
      },
      finalUpdateTries: 1,
    })
    expect(await turning(clock, upload.finish(success, never))).toBe('accepted')
    expect(gitlab.heard).toHaveLength(13)
  })

  it('asks again after three seconds, whatever interval the running job had', async () => {
    const answers: (Fault | Override)[] = [
      { kind: 'stored', upTo: 1, interval: 600, ...goOn },
      { kind: 'not-yet', ...goOn },
    ]
    const { clock, log, gitlab, upload } = uploading({ faultOf: () => answers.shift() ?? 'none' })
    log.append('a')
    await clock.advance(3000)
    await turning(clock, upload.finish(success, never))
    expect(gitlab.heard.slice(0, 3)).toEqual(['3 patch 0+1', '3 update success', '6 update success'])
  })

  it('sends the whole log again when it does not match', async () => {
    let mismatch = true
    const { clock, log, gitlab, upload } = uploading({
      faultOf: (request) => {
        if (request !== 'update success' || !mismatch) return 'none'
        mismatch = false
        return { kind: 'resend-log', ...goOn }
      },
    })
    log.append('hello')
    await turning(clock, upload.finish(success, never))
    expect(gitlab.heard).toEqual([
      '0 patch 0+5',
      '0 update success',
      '3 patch 0+5', // The server still holds it, and says so.
      '6 update success',
    ])
  })

  it.each(['job-is-over', 'accepted'] as const)('takes %s for the end', async (kind) => {
    const answer = kind === 'accepted' ? ({ kind, ...goOn } as const) : ({ kind } as const)
    const { clock, upload } = uploading({ faultOf: () => answer })
    expect(await turning(clock, upload.finish(success, never))).toBe('accepted')
  })

  it('reports the outcome also when GitLab has lost the log for good', async () => {
    const { clock, log, gitlab, upload } = uploading({
      faultOf: (request) => {
        if (request.startsWith('patch')) return { kind: 'not-found', ...goOn }
        return { kind: 'accepted', ...goOn }
      },
    })
    log.append('hello')
    expect(await turning(clock, upload.finish(success, never))).toBe('accepted')
    expect(gitlab.heard).toEqual(['0 patch 0+5', '0 update success'])
  })

  it('gives up after ten refusals, further and further apart', async () => {
    const { clock, gitlab, upload } = uploading({ faultOf: () => 'refuses' })
    expect(await turning(clock, upload.finish(success, never))).toBe('given-up')
    const times = gitlab.heard.map((line) => Number(line.split(' ')[0]))
    expect(times).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511])
  })

  it('gives up earlier when told so', async () => {
    const { clock, gitlab, upload } = uploading({ faultOf: () => 'refuses', finalUpdateTries: 2 })
    expect(await turning(clock, upload.finish(success, never))).toBe('given-up')
    expect(gitlab.heard).toHaveLength(2)
  })

  it('ends with the reason of its signal', async () => {
    const { clock, upload } = uploading({ faultOf: () => 'lost' })
    const stop = new AbortController()
    const finishing = upload.finish(success, stop.signal)
    setTimeout(() => stop.abort(new Error('now')), 5)
    await expect(turning(clock, finishing, 0)).rejects.toThrow('now')
  })

  it('finishes once, however often it is asked', async () => {
    const { clock, gitlab, upload } = uploading()
    const both = Promise.all([upload.finish(success, never), upload.finish({ state: 'failed' }, never)])
    await turning(clock, both)
    expect(gitlab.heard).toEqual(['0 update success'])
  })

  it('breaks a hanging request off after ten seconds', async () => {
    const clock = turnedClock()
    const log = growingLog()
    const gitlab = modelGitLab(() => clock.monotonic())
    const hanging: typeof gitlab.patchLog = (job, piece, signal) =>
      clock.monotonic() > 3000
        ? gitlab.patchLog(job, piece, signal)
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          })
    const upload = startLogUpload({
      gateway: { ...gitlab, patchLog: hanging },
      job: { id: 1, token: 't' },
      log,
      clock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
    })
    log.append('hello')
    await clock.advance(3000)
    expect(await turning(clock, upload.finish(success, never))).toBe('accepted')
    expect(gitlab.heard).toEqual(['13 patch 0+5', '13 update success'])
  })

  it('breaks a hanging request off at once when nobody wants to wait', async () => {
    const clock = turnedClock()
    const log = growingLog()
    const gitlab = modelGitLab(() => clock.monotonic())
    const upload = startLogUpload({
      gateway: {
        ...gitlab,
        patchLog: (_job, _piece, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          }),
      },
      job: { id: 1, token: 't' },
      log,
      clock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
    })
    log.append('hello')
    await clock.advance(3000)
    const stop = new AbortController()
    const finishing = upload.finish(success, stop.signal)
    stop.abort(new Error('now'))
    await expect(finishing).rejects.toThrow('now')
    expect(clock.monotonic()).toBe(3000)
  })

  it('stops without an outcome where somebody else reports the job', async () => {
    const { clock, log, gitlab, upload } = uploading()
    log.append('a')
    await upload.stop()
    await clock.advance(60_000)
    expect([gitlab.heard, clock.sleepers]).toEqual([[], 0])
  })

  it('goes on from what an earlier process sent', async () => {
    const { clock, log, gitlab, upload } = uploading({ from: 0 })
    log.append('hello ')
    await clock.advance(3000)
    const later = startLogUpload({
      gateway: gitlab,
      job: { id: 1, token: 't' },
      log,
      clock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
      from: upload.acknowledged,
    })
    await upload.stop()
    log.append('world')
    await turning(clock, later.finish(success, never))
    expect([gitlab.log(), gitlab.heard]).toEqual([
      'hello world',
      ['3 patch 0+6', '3 patch 6+5', '3 update success'],
    ])
  })
})

describe('when GitLab is away', () => {
  it.each([
    { name: '30 seconds in mid-job', from: 10, until: 40, end: 100 },
    { name: '10 minutes around the end', from: 50, until: 650, end: 60 },
    { name: '6 hours at the end', from: 50, until: 6 * 3600, end: 60 },
    { name: '23 hours at the end', from: 50, until: 23 * 3600, end: 60 },
  ])('for $name, nothing is lost and all is there within a minute', async ({ from, until, end }) => {
    const clock = turnedClock()
    const log = growingLog()
    const seconds = () => clock.monotonic() / 1000
    const gitlab = modelGitLab(seconds, () => (seconds() >= from && seconds() < until ? 'lost' : 'none'))
    const upload = startLogUpload({
      gateway: gitlab,
      job: { id: 1, token: 't' },
      log,
      clock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
    })
    let all = ''
    for (let second = 0; second < end; second += 1) {
      log.append(`second ${second}\n`)
      all += `second ${second}\n`
      await clock.advance(1000)
    }
    const result = await turning(clock, upload.finish(success, never), 10_000)
    const late = gitlab.updates.length > 0 && seconds() - Math.max(until, end)
    expect([result, gitlab.log() === all, gitlab.updates.at(-1)?.state]).toEqual([
      'accepted',
      true,
      'success',
    ])
    expect(late).toBeLessThanOrEqual(70) // a minute, and a step of the test's own
  })

  it('for more than a day, gives up', async () => {
    const { clock, gitlab, upload } = uploading({ faultOf: () => 'lost' })
    expect(await turning(clock, upload.finish(success, never), 60_000)).toBe('given-up')
    const lastAt = Number(gitlab.heard.at(-1)?.split(' ')[0])
    expect(lastAt).toBeGreaterThanOrEqual(24 * 3600 - 60)
  })
})

it('brings the log over byte for byte through whatever goes wrong on the way', async () => {
  const fault = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fault>('none') },
    { weight: 1, arbitrary: fc.constantFrom<Fault>('lost', 'unheard', 'forgets', 'refuses') },
  )
  const event = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constant(3000))
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 20 }),
      fc.array(fault, { maxLength: 25 }),
      async (events, faults) => {
        const queue = [...faults]
        const { clock, log, gitlab, upload } = uploading({
          faultOf: () => queue.shift() ?? 'none',
          finalUpdateTries: 30,
        })
        let all = ''
        for (const next of events) {
          if (typeof next === 'number') {
            await clock.advance(next)
          } else {
            log.append(next)
            all += next
          }
        }
        const result = await turning(clock, upload.finish(success, never), 60_000)
        expect([result, gitlab.log(), gitlab.updates.at(-1)?.state]).toEqual(['accepted', all, 'success'])
      },
    ),
    { numRuns: 300 },
  )
})
