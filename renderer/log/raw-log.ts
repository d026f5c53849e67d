// Small pieces would each be a file of the browser.
const pieceSize = 1024 * 1024

/** The log as it came, byte for byte. It is handed to the browser piece by piece, which keeps it where it likes. */
export class RawLog {
  readonly #pieces: Blob[] = []
  #rest: string[] = []
  #restSize = 0

  append(chunk: string): void {
    this.#rest.push(chunk)
    this.#restSize += chunk.length
    if (this.#restSize < pieceSize) return
    this.#pieces.push(new Blob(this.#rest))
    this.#rest = []
    this.#restSize = 0
  }

  all(): Blob {
    return new Blob([...this.#pieces, ...this.#rest], { type: 'text/plain' })
  }
}
