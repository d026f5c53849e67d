import { parseGoDuration } from '../contract/go-duration.ts'
import type { RunnerHealth } from '../contract/status.ts'
import type { Clock } from './clock.ts'
import type { RunnerConfig } from './config/schema.ts'
import type { JobAnswer } from './gitlab/port.ts'

const defaultFailures = 3
const defaultPause = 60 * 60_000

/**
 * Whether a runner is worth asking for (config-toml.md §7). Only a refused token counts against it; a GitLab that
 * cannot be reached is asked on, at least once a minute, so that its return is noticed.
 */
export class HealthRecord {
  readonly #clock: Clock
  readonly #config: () => RunnerConfig
  #rejections = 0
  #lastGoodAt: number
  #state: RunnerHealth = { state: 'unknown' }

  constructor(clock: Clock, config: () => RunnerConfig) {
    this.#clock = clock
    this.#config = config
    this.#lastGoodAt = clock.monotonic()
  }

  get state(): RunnerHealth {
    return this.#state
  }

  /** Milliseconds until the runner may be asked again; 0 = now. */
  pause(): number {
    const { unhealthy_requests_limit, unhealthy_interval } = this.#config()
    const allowed = unhealthy_requests_limit < 1 ? defaultFailures : unhealthy_requests_limit
    if (this.#rejections < allowed) return 0
    const interval =
      (unhealthy_interval === undefined ? undefined : parseGoDuration(unhealthy_interval)) ?? defaultPause
    const left = this.#lastGoodAt + interval - this.#clock.monotonic()
    if (left > 0) return left
    this.#rejections = 0
    this.#lastGoodAt = this.#clock.monotonic()
    return 0
  }

  /** @returns whether the state changed in a way people should see. */
  note(answer: JobAnswer): boolean {
    const before = this.#state
    const now = this.#clock.now()
    if (answer.kind === 'rejected') {
      this.#rejections++
      const since = before.state === 'rejected' ? before.since : now
      this.#state = { state: 'rejected', problem: answer.problem, since, askedAgainAt: now + this.pause() }
      return true
    }
    this.#rejections = 0
    this.#lastGoodAt = this.#clock.monotonic()
    if (answer.kind === 'unavailable') {
      const since = before.state === 'offline' ? before.since : now
      this.#state = { state: 'offline', problem: answer.problem, since }
      return before.state !== 'offline' || before.problem !== answer.problem
    }
    this.#state = { state: 'online', lastContactAt: now }
    return before.state !== 'online'
  }
}
