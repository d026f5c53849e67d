import type { JobAnswer } from './gitlab/port.ts'

/**
 * How many requests of one runner may be open at once: `request_concurrency`, approached by what the answers were
 * (config-toml.md §6, adaptive request concurrency).
 */
export class RequestConcurrency {
  #level = 0

  allowed(configured: number, adaptive: boolean): number {
    const most = Math.max(configured, 1)
    return adaptive ? Math.min(Math.ceil(Math.max(this.#level, 1)), most) : most
  }

  note(answer: JobAnswer, configured: number): void {
    const most = Math.max(configured, 1)
    if (this.#level === 0) {
      this.#level = 1
      return
    }
    const overloaded = answer.kind === 'unavailable' && answer.overloaded
    const factor = overloaded ? 0.5 : answer.kind === 'job' || answer.kind === 'unusable-job' ? 1.1 : 0.95
    this.#level = Math.min(Math.max(this.#level * factor, 1), most)
  }
}
