import { sumUp } from '../contract/image-pull.ts'
import type { ImagePull } from '../contract/job.ts'
import type { Transfer } from '../contract/transfer.ts'

/** Counts what goes over the network for a job: images, caches, artifacts. */
export class MovedBytes {
  #over = 0
  #pulls: readonly ImagePull[] = []
  readonly #transfers = new Map<symbol, number>()

  /** @param pulls all that go on now */
  pulling(pulls: readonly ImagePull[]): void {
    const ended = this.#pulls.filter(({ image }) => !pulls.some((one) => one.image === image))
    this.#over += sum(ended.map((pull) => sumUp(pull).bytes))
    this.#pulls = pulls
  }

  /** @param transfer `undefined` once it is over */
  transferred(key: symbol, transfer: Transfer | undefined): void {
    if (transfer !== undefined) return void this.#transfers.set(key, transfer.bytes)
    this.#over += this.#transfers.get(key) ?? 0
    this.#transfers.delete(key)
  }

  /** @returns bytes of what has ended since the last time. */
  take(): number {
    const taken = this.#over
    this.#over = 0
    return taken
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
