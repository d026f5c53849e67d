import type { LogFilter } from '../../../main/engine/log/filter.ts'

/** A small seeded generator, so that a million cases are the same million in every run. */
export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39)
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below
  }
}

/** In the input, ¦ is where one chunk ends and the next begins. */
export function through(filter: LogFilter, input: string): string {
  const chunks = input.split('¦').map((chunk) => filter.push(Buffer.from(chunk)))
  return Buffer.concat([...chunks, filter.end()]).toString()
}

/** Cuts the bytes at random places, at most `longest` bytes each. */
export function* cut(bytes: Buffer, random: (below: number) => number, longest: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + random(longest + 1))
    // A copy: the owner of a chunk may use its memory again once it has been pushed.
    const chunk = Buffer.from(bytes.subarray(from, to))
    yield chunk
    from = to
  }
}
