import { closeSync, openSync, readSync } from 'node:fs'

import { readElf, type Elf } from './read-elf.ts'

/** The first bytes of a file, and what it says as an ELF file. */
export interface Opened {
  readonly head: Buffer
  readonly elf: Elf | undefined
}

// Headers and the tables of most programs are in the first pages; one read serves them all.
const firstRead = 16 * 1024

/** Opens a file of this machine. @throws the file system's error */
export function openElf(path: string): Opened {
  const descriptor = openSync(path, 'r')
  try {
    const first = at(descriptor, 0, firstRead)
    const elf = readElf((offset, length) =>
      offset + length <= first.length
        ? first.subarray(offset, offset + length)
        : at(descriptor, offset, length),
    )
    return { head: Buffer.from(first.subarray(0, 256)), elf }
  } finally {
    closeSync(descriptor)
  }
}

function at(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset))
}
