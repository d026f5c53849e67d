type Values = Float64Array | Uint32Array

/** A growing column of numbers, eight or four bytes each. */
export class NumberColumn {
  readonly #make: (length: number) => Values
  #values: Values

  /** @param make gives zeros. */
  constructor(make: (length: number) => Values) {
    this.#make = make
    this.#values = make(1024)
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = this.#make(index * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[index] = value
  }

  /** Zero where nothing was set. */
  at(index: number): number {
    return this.#values[index] ?? 0
  }
}
