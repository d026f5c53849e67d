import { ChangedLines } from './changed-lines.ts'

/** Lines that are asked for by number. */
export interface Lines {
  readonly length: number
  readonly changes: Pick<ChangedLines, 'count' | 'since'>
  /** Empty beyond the end. */
  at(index: number): string
}

const blockLines = 1024
const keptBlocks = 32

/**
 * The lines of a log, of which only the last are strings. The others lie in blocks of UTF-8, outside the heap of
 * scripts, and become strings again while they are looked at: a million lines take little more than their bytes.
 */
export class LineStore implements Lines {
  readonly #blocks: Uint8Array[] = []
  /** The lines after the blocks: one block's worth or more, because what is still being written may change. */
  #tail: string[] = []
  /** The rare line that changed after its block was closed. */
  readonly #changed = new Map<number, string>()
  /** Blocks looked at last, the latest at the end. */
  readonly #open = new Map<number, readonly string[]>()
  readonly changes = new ChangedLines()
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()

  get length(): number {
    return this.#blocks.length * blockLines + this.#tail.length
  }

  /** @param index of a line there is, or of the one after the last. */
  set(index: number, text: string): void {
    if (index < this.length) this.changes.note(index)
    const first = this.#blocks.length * blockLines
    if (index < first) this.#changed.set(index, text)
    else this.#tail[index - first] = text
    if (this.#tail.length < 2 * blockLines) return
    const closed = this.#tail.slice(0, blockLines)
    this.#blocks.push(this.#encoder.encode(closed.join('\n')))
    this.#tail = this.#tail.slice(blockLines)
  }

  at(index: number): string {
    const block = Math.floor(index / blockLines)
    if (block >= this.#blocks.length) return this.#tail[index - this.#blocks.length * blockLines] ?? ''
    return this.#changed.get(index) ?? this.#linesOf(block)[index % blockLines] ?? ''
  }

  #linesOf(block: number): readonly string[] {
    const known = this.#open.get(block)
    if (known !== undefined) return known
    const lines = this.#decoder.decode(this.#blocks[block]).split('\n')
    this.#open.set(block, lines)
    const [oldest] = this.#open.keys()
    if (this.#open.size > keptBlocks && oldest !== undefined) this.#open.delete(oldest)
    return lines
  }
}
