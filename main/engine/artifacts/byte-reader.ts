/** The stream ended in the middle of something. */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes'
}

/** Reads a stream of chunks in pieces of wanted lengths, without waiting where the bytes are already here. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #buffer: Buffer = Buffer.alloc(0)
  #isOver = false

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next `length` bytes if they are already here. */
  take(length: number): Buffer | undefined {
    if (this.#buffer.length < length) return undefined
    const bytes = this.#buffer.subarray(0, length)
    this.#buffer = this.#buffer.subarray(length)
    return bytes
  }

  /** The next `length` bytes. @throws EndOfBytes when fewer are left. */
  async read(length: number): Promise<Buffer> {
    const here = this.take(length)
    if (here) return here
    const parts: Buffer[] = []
    for await (const part of this.stream(length)) parts.push(part)
    return Buffer.concat(parts, length)
  }

  /** The next `length` bytes as they come. @throws EndOfBytes when fewer are left. */
  async *stream(length: number): AsyncGenerator<Buffer> {
    let left = length
    while (left > 0) {
      if (this.#buffer.length === 0) {
        const chunk = await this.#nextChunk()
        if (!chunk) throw new EndOfBytes('unexpected end of the archive')
        this.#buffer = chunk
      }
      const some = this.take(Math.min(left, this.#buffer.length)) ?? Buffer.alloc(0)
      left -= some.length
      yield some
    }
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#buffer.length === 0) {
      const chunk = await this.#nextChunk()
      if (!chunk) return true
      this.#buffer = chunk
    }
    return false
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    this.#isOver = true
    await this.#chunks.return?.()
  }

  async #nextChunk(): Promise<Buffer | undefined> {
    if (this.#isOver) return undefined
    const next = await this.#chunks.next()
    if (next.done) {
      this.#isOver = true
      return undefined
    }
    const { buffer, byteOffset, byteLength } = next.value
    return Buffer.from(buffer, byteOffset, byteLength)
  }
}

/** A stream of what is already here; made for every short file, so it costs nothing until it is read. */
export function oneChunk(bytes: Buffer): AsyncIterable<Buffer> {
  return {
    async *[Symbol.asyncIterator]() {
      if (bytes.length > 0) yield bytes
    },
  }
}
