import type { Logger } from 'pino'

import type { Clock } from '../clock.ts'
import type { LogReader } from '../log/log-reader.ts'
import type { JobHandle, JobUpdate, PatchAnswer, RunnerGateway, UpdateAnswer } from './port.ts'

const firstInterval = 3000
/** GitLab's own limit is larger; the reference sends no more at once (coordinator-api.md §1). */
const patchSize = 1024 * 1024
const shortestSilence = 30_000
const longestSilence = 30 * 60_000
/** How long the end of a job waits for a request of the periodic loop before it breaks it off. */
const lastTickGrace = 10_000
const longestRefusalWait = 60 * 60_000
/** A GitLab that comes back finds us within this time, however long it was away. */
const longestAwayWait = 60_000
/** How long a finished job is offered to a GitLab that is away. */
const longestAway = 24 * 60 * 60_000
const defaultFinalUpdateTries = 10

export interface LogUploadOptions {
  readonly gateway: RunnerGateway
  readonly job: JobHandle
  readonly log: LogReader
  readonly clock: Clock
  readonly logger: Logger
  /** Whether the job prints what debugging prints; GitLab then shows its log to fewer people. */
  readonly debugTrace: boolean
  /** Called once for each of the two, when GitLab says so. */
  readonly onSignal: (signal: 'cancel' | 'abort') => void
  /** How many refusals of the final update to bear; 0 or absent = 10 (`job_status_final_update_retry_limit`). */
  readonly finalUpdateTries?: number
  /** `FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL`. */
  readonly dynamicForceSend?: boolean
  /** Bytes GitLab is known to hold already, as after a restart. */
  readonly from?: number
}

export type FinalUpdate = Pick<JobUpdate, 'failureReason' | 'exitCode'> & {
  readonly state: 'success' | 'failed'
}

export interface LogUpload {
  /** Bytes of the log GitLab has acknowledged. */
  readonly acknowledged: number
  /**
   * Sends what is left of the log, then the outcome, without waiting for a tick. The log must have ended. Later calls
   * return the first one's promise.
   * @returns `accepted` also when the job was over on the server; `given-up` when GitLab was away for a day, or
   *   refused the outcome too often. Rejects with `signal.reason` when the signal aborts.
   */
  finish(final: FinalUpdate, signal: AbortSignal): Promise<'accepted' | 'given-up'>
  /** Ends without an outcome: the job is somebody else's to report. */
  stop(): Promise<void>
}

/**
 * Sends a job's log while it grows, tells GitLab that the job lives, and hears whether it is to end
 * (coordinator-api.md §8, §10). The log itself is the only buffer.
 */
export function startLogUpload(options: LogUploadOptions): LogUpload {
  const { gateway, job, log, clock, logger, debugTrace } = options
  const finalUpdateTries = options.finalUpdateTries || defaultFinalUpdateTries
  const signalled = new Set<'cancel' | 'abort'>()
  const stopping = new AbortController()
  const breakingOff = new AbortController()
  let acknowledged = options.from ?? 0
  let interval = firstInterval
  let silence = shortestSilence
  let lastContact = Number.NEGATIVE_INFINITY
  let finished: Promise<'accepted' | 'given-up'> | undefined
  const loop = runLoop()

  async function runLoop(): Promise<void> {
    while (!signalled.has('abort') && !stopping.signal.aborted) {
      try {
        await clock.sleep(interval, stopping.signal)
        await tick(breakingOff.signal)
      } catch (error) {
        // Reading the log may fail; hearing about a cancel must go on.
        if (!stopping.signal.aborted) logger.error({ job: job.id, err: error }, 'Cannot send the log')
      }
    }
  }

  async function tick(signal: AbortSignal): Promise<void> {
    do {
      const answer = await sendPiece(signal)
      if (answer === undefined) break
      if (answer.kind !== 'stored') return
      // A busy log is caught up with at once; otherwise each tick would let it get further ahead.
    } while (log.size - acknowledged >= patchSize && !stopping.signal.aborted)
    if (clock.monotonic() - lastContact > silence && !stopping.signal.aborted) await touch(signal)
  }

  /** @returns `undefined` when there was nothing to send. */
  async function sendPiece(signal: AbortSignal): Promise<PatchAnswer | undefined> {
    const bytes = await log.read(acknowledged, patchSize)
    if (bytes.length === 0) return undefined
    const answer = await gateway.patchLog(job, { offset: acknowledged, bytes, debugTrace }, signal)
    hear(answer)
    if (answer.kind === 'stored') {
      acknowledged = answer.upTo
      lastContact = clock.monotonic()
    }
    if (answer.kind === 'resend-from') {
      if (answer.offset > log.size) {
        const problem = `GitLab holds ${answer.offset} bytes of a log that has ${log.size}`
        return noted({ kind: 'try-again', problem, signal: answer.signal })
      }
      acknowledged = answer.offset
      lastContact = clock.monotonic()
    }
    return noted(answer)
  }

  async function touch(signal: AbortSignal): Promise<void> {
    const state = { state: 'running', checksum: log.checksum(), bytesize: log.size } as const
    const answer = await gateway.updateJob(job, state, signal)
    hear(answer)
    noted(answer)
    if (answer.kind === 'accepted') lastContact = clock.monotonic()
  }

  function hear(answer: PatchAnswer | UpdateAnswer): void {
    if (answer.kind === 'job-is-over') return signalOnce('abort')
    if (answer.signal !== 'go-on') signalOnce(answer.signal)
    if (answer.interval === undefined) return
    interval = answer.interval * 1000
    if (options.dynamicForceSend) silence = Math.min(Math.max(4 * interval, shortestSilence), longestSilence)
  }

  function signalOnce(signal: 'cancel' | 'abort'): void {
    if (signalled.has(signal)) return
    signalled.add(signal)
    options.onSignal(signal)
  }

  function noted<T extends PatchAnswer | UpdateAnswer>(answer: T): T {
    if (answer.kind === 'try-again') logger.warn({ job: job.id }, answer.problem)
    return answer
  }

  /** @param signal breaks a request of the loop off at once. */
  async function endLoop(signal?: AbortSignal): Promise<void> {
    stopping.abort()
    const ended = new AbortController()
    const graceEnds = signal ? AbortSignal.any([ended.signal, signal]) : ended.signal
    const breakOff = () => breakingOff.abort()
    const grace = clock.sleep(lastTickGrace, graceEnds).then(breakOff, breakOff)
    await loop
    ended.abort()
    await grace
  }

  async function deliver(final: FinalUpdate, signal: AbortSignal): Promise<'accepted' | 'given-up'> {
    await endLoop(signal)
    const giveUpAt = clock.monotonic() + longestAway
    let refusals = 0
    let absences = 0
    for (;;) {
      signal.throwIfAborted()
      const result = await attempt(final, giveUpAt, signal)
      if (result === 'accepted') return 'accepted'

      if (result === 'away') absences += 1
      else refusals += 1
      if (refusals >= finalUpdateTries || clock.monotonic() >= giveUpAt) {
        logger.error(
          { job: job.id, refusals, absences },
          'GitLab did not accept the end of the job; giving up',
        )
        return 'given-up'
      }
      const wait =
        result === 'away'
          ? Math.min(1000 * 2 ** (absences - 1), longestAwayWait)
          : Math.min(1000 * 2 ** (refusals - 1), longestRefusalWait)
      await clock.sleep(wait, signal)
    }
  }

  /** One try to bring log and outcome over; 202 and mismatches are part of it. */
  async function attempt(
    final: FinalUpdate,
    giveUpAt: number,
    signal: AbortSignal,
  ): Promise<'accepted' | 'refused' | 'away'> {
    interval = firstInterval
    // A server that never agrees about the log must not keep us sending it for ever.
    let mismatches = 0
    for (;;) {
      const flushed = await flush(signal)
      if (flushed === 'mismatch' && ++mismatches <= finalUpdateTries) {
        await clock.sleep(interval, signal)
        continue
      }
      if (flushed === 'refused' || flushed === 'away') return flushed

      const output = { checksum: log.checksum(), bytesize: log.size }
      const answer = await gateway.updateJob(job, { ...final, ...output }, signal)
      hear(answer)
      noted(answer)
      switch (answer.kind) {
        case 'accepted':
        case 'job-is-over':
          return 'accepted'
        case 'try-again':
          return answer.away ? 'away' : 'refused'
        case 'resend-log':
          if (++mismatches > finalUpdateTries) return 'refused'
          acknowledged = 0
          break
        case 'not-yet':
          if (clock.monotonic() >= giveUpAt) return 'refused'
          break
      }
      await clock.sleep(interval, signal)
    }
  }

  /** Sends until nothing is left, or the server wants no more of this log (`done` as well). */
  async function flush(signal: AbortSignal): Promise<'done' | 'mismatch' | 'refused' | 'away'> {
    for (;;) {
      const answer = await sendPiece(signal).catch((error: unknown) => {
        signal.throwIfAborted()
        logger.error({ job: job.id, err: error }, 'Cannot read the log; its job is reported without the rest')
        return undefined
      })
      switch (answer?.kind) {
        case undefined:
        case 'job-is-over':
        case 'not-found':
          return 'done'
        case 'stored':
          break
        case 'resend-from':
          return 'mismatch'
        case 'try-again':
          return answer.away ? 'away' : 'refused'
      }
    }
  }

  return {
    get acknowledged() {
      return acknowledged
    },
    finish: (final, signal) => (finished ??= deliver(final, signal)),
    stop: () => endLoop(),
  }
}
