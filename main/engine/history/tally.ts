import type { JobNumbers, StageNumbers } from '../../contract/statistics.ts'

/** What is counted of a finished job; milliseconds. */
export interface CountedJob {
  readonly acceptedAt: number
  readonly duration: number
  readonly result: 'success' | 'failed' | 'canceled'
  readonly queue: number | null
  /** Bytes. */
  readonly peakMemory: number | null
}

/** Counts jobs. */
export class Tally {
  readonly #counts = { success: 0, failed: 0, canceled: 0 }
  readonly #durations: number[] = []
  readonly #queues: number[] = []
  #peakMemory = 0

  add({ duration, result, queue, peakMemory }: CountedJob): void {
    this.#counts[result]++
    // How long a canceled job took says when somebody lost patience.
    if (result !== 'canceled') this.#durations.push(duration)
    if (queue !== null) this.#queues.push(queue)
    this.#peakMemory = Math.max(this.#peakMemory, peakMemory ?? 0)
  }

  get size(): number {
    const { success, failed, canceled } = this.#counts
    return success + failed + canceled
  }

  numbers(): JobNumbers {
    const { success, failed, canceled } = this.#counts
    // Sorted as numbers, not as objects: a quarter may hold a hundred thousand.
    const durations = Float64Array.from(this.#durations).sort()
    const queues = Float64Array.from(this.#queues).sort()
    return {
      passed: success,
      failed,
      canceled,
      ...(durations.length > 0 && { medianDuration: at(durations, 0.5), slowDuration: at(durations, 0.9) }),
      ...(queues.length > 0 && { medianQueue: at(queues, 0.5) }),
      ...(this.#peakMemory > 0 && { peakMemory: this.#peakMemory }),
    }
  }
}

const at = (sorted: Float64Array, share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0

interface Sums {
  count: number
  ordinals: number
  duration: number
}

/** Adds up what stages took. */
export class StageTally {
  readonly #stages = new Map<string, Sums>()

  add(name: string, ordinal: number, duration: number): void {
    const sums = this.#stages.get(name) ?? { count: 0, ordinals: 0, duration: 0 }
    this.#stages.set(name, sums)
    sums.count += 1
    sums.ordinals += ordinal
    sums.duration += duration
  }

  /** As they follow each other. */
  numbers(): readonly StageNumbers[] {
    const place = ({ ordinals, count }: Sums) => ordinals / count
    return [...this.#stages]
      .toSorted(([aName, a], [bName, b]) => place(a) - place(b) || (aName < bName ? -1 : 1))
      .map(([name, { count, duration }]) => ({ name, count, average: duration / count }))
  }
}
