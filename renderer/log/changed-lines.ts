/**
 * Lines that show something else than when they first came, such as a progress bar that is drawn over itself. Each
 * change has a number, counted from 0.
 */
export class ChangedLines {
  readonly #lines: number[] = []
  #seen = 0

  /** How many changes there have been. */
  get count(): number {
    return this.#lines.length
  }

  note(line: number): void {
    // A bar that moves a hundred times before anybody looks has changed once.
    if (this.count > this.#seen && this.#lines.at(-1) === line) return
    this.#lines.push(line)
  }

  /** @returns the lines of the changes from number `first` on, each once, ascending. */
  since(first: number): readonly number[] {
    this.#seen = this.count
    return [...new Set(this.#lines.slice(first))].toSorted((a, b) => a - b)
  }
}
