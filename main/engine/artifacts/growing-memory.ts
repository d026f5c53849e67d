import { freeMemory } from './free-memory.ts'

export interface GrowingMemory {
  /** Bytes written so far. */
  length(): number
  /** @param most bytes that `put` writes; it returns where they end. */
  write(most: number, put: (memory: Buffer, at: number) => number): void
  /** What was written, in memory that has no more. */
  taken(): Uint8Array<ArrayBuffer>
}

/** Memory that is written from its start. @param first bytes it probably needs. */
export function growingMemory(first: number): GrowingMemory {
  let memory = Buffer.from(new ArrayBuffer(first))
  let length = 0
  return {
    length: () => length,
    write(most, put) {
      if (length + most > memory.length) {
        const larger = Buffer.from(new ArrayBuffer(2 * memory.length + most))
        larger.set(memory.subarray(0, length))
        freeMemory(memory)
        memory = larger
      }
      length = put(memory, length)
    },
    taken() {
      const bytes = Uint8Array.from(memory.subarray(0, length))
      freeMemory(memory)
      return bytes
    },
  }
}
