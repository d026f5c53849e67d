import type { Logger } from 'pino'

import type { Clock } from './clock.ts'
import type { RunnerConfig } from './config/schema.ts'
import type { JobAnswer, RunnerGateway } from './gitlab/port.ts'
import { RequestConcurrency } from './request-concurrency.ts'
import type { HealthRecord } from './runner-health.ts'
import { Slots, type Slot } from './slots.ts'

export type TakenJob = Extract<JobAnswer, { kind: 'job' | 'unusable-job' }>

export interface PollerParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly gateway: RunnerGateway
  /** The runner's entry as the file has it now. */
  readonly runner: () => RunnerConfig
  readonly health: HealthRecord
  /** Places for jobs over all runners: `concurrent`. */
  readonly slots: Slots
  /** Milliseconds between two requests that brought nothing. */
  readonly interval: () => number
  /** Whether a request may be held open by the server without keeping another runner from asking. */
  readonly mayHold: () => boolean
  /** Resolves when jobs are wanted at all. */
  readonly wanted: (signal: AbortSignal) => Promise<void>
  /** Runs the job; its places are given back when the promise settles. */
  readonly take: (job: TakenJob) => Promise<void>
  readonly healthChanged: () => void
}

/** Milliseconds between two requests to a GitLab that is away, at most: its return is noticed within this time. */
const longestPauseWhileAway = 60_000

/**
 * Asks GitLab for jobs on behalf of one runner until the signal aborts. A place for the job is taken before asking, so
 * that no job is ever accepted that would have to wait here.
 */
export class Poller {
  readonly #parts: PollerParts
  readonly #limit: Slots
  readonly #requests = new RequestConcurrency()
  #open = 0

  constructor(parts: PollerParts) {
    this.#parts = parts
    this.#limit = new Slots(limitOf(parts.runner()))
  }

  /** Call when the runner's entry has changed. */
  reconfigure(): void {
    this.#limit.resize(limitOf(this.#parts.runner()))
  }

  /** Resolves after the signal has aborted and no request is open. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, wanted, health, runner } = this.#parts
    const requests = new Set<Promise<void>>()
    while (!signal.aborted) {
      try {
        await wanted(signal)
        const pause = health.pause()
        if (pause > 0) {
          await clock.sleep(Math.min(pause, 60_000), signal)
          continue
        }
        const limitPlace = await this.#limit.acquire(signal)
        const place = await acquireOrGiveBack(this.#parts.slots, limitPlace, signal)
        const places = [limitPlace, place]
        this.#open++
        const request = this.#ask(places, signal)
        const settled = request.then(
          () => {},
          () => {},
        )
        requests.add(settled)
        void settled.then(() => requests.delete(settled))
        const { request_concurrency, feature_flags } = runner()
        const adaptive = feature_flags['FF_USE_ADAPTIVE_REQUEST_CONCURRENCY'] ?? true
        if (this.#open >= this.#requests.allowed(request_concurrency, adaptive)) {
          const answer = await request
          if (answer.kind === 'job' && !runner().strict_check_interval) continue
        }
        await this.#rest(signal)
      } catch (error) {
        if (signal.aborted) break
        this.#parts.logger.error({ err: error }, 'asking for a job failed unexpectedly')
        await this.#rest(signal).catch(() => {})
      }
    }
    await Promise.all(requests)
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, interval, health } = this.#parts
    const whole = interval()
    const first = Math.min(whole, longestPauseWhileAway)
    await clock.sleep(first, signal)
    if (whole > first && health.state.state !== 'offline') await clock.sleep(whole - first, signal)
  }

  async #ask(places: readonly Slot[], signal: AbortSignal): Promise<JobAnswer> {
    const { gateway, mayHold, runner, health, take } = this.#parts
    let taken = false
    try {
      const answer = await gateway.requestJob({ hold: mayHold() }, signal)
      this.#requests.note(answer, runner().request_concurrency)
      if (health.note(answer)) this.#announce(answer)
      if (answer.kind === 'job' || answer.kind === 'unusable-job') {
        taken = true
        void take(answer).finally(() => giveBack(places))
      }
      return answer
    } finally {
      this.#open--
      if (!taken) giveBack(places)
    }
  }

  #announce(answer: JobAnswer): void {
    const { logger, runner, healthChanged } = this.#parts
    const about = { runner: runner().name }
    if (answer.kind === 'rejected') logger.error(about, answer.problem)
    else if (answer.kind === 'unavailable') logger.warn(about, answer.problem)
    else logger.info(about, 'GitLab answers')
    healthChanged()
  }
}

const limitOf = ({ limit }: RunnerConfig) => (limit > 0 ? limit : Number.POSITIVE_INFINITY)

const giveBack = (places: readonly Slot[]) => {
  for (const place of places) place[Symbol.dispose]()
}

async function acquireOrGiveBack(slots: Slots, held: Slot, signal: AbortSignal): Promise<Slot> {
  try {
    return await slots.acquire(signal)
  } catch (error) {
    held[Symbol.dispose]()
    throw error
  }
}
