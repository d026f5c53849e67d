import { joined, maskText, noBytes, type LogFilter } from './filter.ts'
import { phraseSet, type PhraseSet } from './phrase-set.ts'

/** Phrases to mask, made ready once for all streams of a job: trimmed, without empties and doubles (§9.3). */
export function preparePhrases(phrases: Iterable<string>): PhraseSet {
  const wanted = new Set<string>()
  for (const phrase of phrases) wanted.add(phrase.trim())
  wanted.delete('')
  return phraseSet([...wanted].map((phrase) => Buffer.from(phrase)))
}

export interface Masker extends LogFilter {
  /** Masks these phrases from here on; what was held back is looked through again and returned. */
  use(phrases: PhraseSet): Buffer
}

interface Region {
  readonly start: number
  readonly end: number
}

/**
 * Replaces every occurrence of a phrase by `[MASKED]` (job-execution.md §9.3), however the text is cut into chunks.
 * Occurrences that overlap become one `[MASKED]`: no part of a secret shows, which is also what "longest first" means
 * for a phrase inside another. Holds back only bytes that may yet be the beginning of a phrase.
 */
export function createMasker(initial: PhraseSet): Masker {
  // Positions count from the start of the current chunk; what was held back before it is negative. `done` is the end
  // of what has left, or of what the last [MASKED] stands for.
  let phrases = initial
  let node = 0
  let done = 0
  let regions: Region[] = []
  let before = noBytes

  function push(chunk: Buffer): Buffer {
    const out: Buffer[] = []
    const { matched, growing } = phrases
    before = phrases.bytesOf(node)
    let at = 0
    while (at < chunk.length) {
      if (node === 0) {
        at = phrases.skip(chunk, at)
        if (at >= chunk.length) break
      }
      node = phrases.next(node, chunk[at]!)
      at++
      const length = matched[node]!
      if (length > 0) cover(at - length, at)
      if (regions.length > 0) release(chunk, at - growing[node]!, out)
    }
    emit(chunk, chunk.length - growing[node]!, out)
    done -= chunk.length
    regions = regions.map(({ start, end }) => ({ start: start - chunk.length, end: end - chunk.length }))
    return joined(out)
  }

  function cover(start: number, end: number) {
    // Reaches into a [MASKED] that has left: that one stands for this occurrence too.
    if (start < done) {
      regions = []
      done = end
      return
    }
    let from = start
    while (regions.length > 0 && regions.at(-1)!.end > start) from = Math.min(from, regions.pop()!.start)
    regions.push({ start: from, end })
  }

  /** Lets regions go that no later occurrence can begin in front of, each with the text before it. */
  function release(chunk: Buffer, safe: number, out: Buffer[]) {
    while (regions.length > 0 && regions[0]!.start <= safe) {
      const { start, end } = regions.shift()!
      emit(chunk, start, out)
      out.push(maskText)
      done = end
    }
  }

  function emit(chunk: Buffer, to: number, out: Buffer[]) {
    if (to <= done) return
    if (done < 0) out.push(before.subarray(before.length + done, before.length + Math.min(to, 0)))
    if (to > 0) out.push(chunk.subarray(Math.max(done, 0), to))
    done = to
  }

  return {
    push,
    end() {
      before = phrases.bytesOf(node)
      const out: Buffer[] = []
      release(noBytes, 0, out)
      emit(noBytes, 0, out)
      node = 0
      done = 0
      return joined(out)
    },
    use(wanted) {
      const held = phrases.bytesOf(node)
      phrases = wanted
      node = 0
      regions = []
      done += held.length
      return push(held)
    },
  }
}
