/** Bytes that are appended to, a flood of them too: room is doubled, so that few are copied. */
export class GrowingBuffer {
  #room: Buffer
  #length: number

  constructor(begun: string) {
    this.#room = Buffer.from(begun)
    this.#length = this.#room.length
  }

  append(text: string): void {
    const added = Buffer.from(text)
    if (this.#length + added.length > this.#room.length) {
      const larger = Buffer.alloc((this.#length + added.length) * 2)
      this.#room.copy(larger)
      this.#room = larger
    }
    added.copy(this.#room, this.#length)
    this.#length += added.length
  }

  /** What there is by now, not a copy. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length)
  }
}
