import { crc32 } from 'node:zlib'

/** A job's log as the server stores it: grows at its end only. */
export class JobLog {
  #pieces: Buffer[] = []
  #size = 0

  /** Bytes held. */
  get size(): number {
    return this.#size
  }

  /**
   * Appends when `offset` is where the log ends; otherwise leaves it as it is.
   * @returns the bytes then held, which tell the sender whether its piece fits.
   */
  append(bytes: Buffer, offset: number): number {
    if (offset !== this.#size) return this.#size
    this.#pieces.push(bytes)
    this.#size += bytes.length
    return this.#size
  }

  /** Forgets everything from `size` on, as a server does that lost a chunk. */
  truncate(size: number): void {
    const kept = this.read().subarray(0, size)
    this.#pieces = [kept]
    this.#size = kept.length
  }

  read(): Buffer {
    const all = Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return all
  }

  /** `crc32:` and 8 hex digits over all bytes (coordinator-api.md §8.4). */
  checksum(): string {
    return `crc32:${crc32(this.read()).toString(16).padStart(8, '0')}`
  }
}
