import { joined, maskText, noBytes, type LogFilter } from './filter.ts'
import { phraseSet, type PhraseSet } from './phrase-set.ts'

const defaultPrefixes = [
  'gloas-',
  'gldt-',
  'glrt-',
  'glcbt-',
  'glrtr-',
  'glptt-',
  'glft-',
  'glimt-',
  'glagent-',
  'glsoat-',
  'glffct-',
  '_gitlab_session=',
  'gltok-',
]

// The reference keeps this many active, the shortest (§9.3).
const mostPrefixes = 15

/**
 * The token prefixes in force for a job, made ready once for all its streams (job-execution.md §9.3).
 * @param fromServer `features.token_mask_prefixes` of the payload.
 */
export function prepareTokenPrefixes(fromServer: readonly string[], allDefaults: boolean): PhraseSet {
  const prefixes = new Set([...fromServer, 'glpat-', ...(allDefaults ? defaultPrefixes : [])])
  prefixes.delete('')
  const active = [...prefixes]
    .map((prefix) => Buffer.from(prefix))
    .sort((a, b) => a.length - b.length || Buffer.compare(a, b))
    .slice(0, mostPrefixes)
  return phraseSet(active)
}

const tokenBytes = new Uint8Array(256)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._=') {
  tokenBytes[letter.charCodeAt(0)] = 1
}

/**
 * Masks what follows a token prefix; the prefix stays, as in `glpat-[MASKED]`. Holds nothing back: a prefix may show,
 * and the first byte of a token becomes the mask.
 */
export function createTokenSanitizer(prefixes: PhraseSet): LogFilter {
  let node = 0
  let dropping = false

  return {
    push(chunk) {
      const out: Buffer[] = []
      let start = 0
      let at = 0
      while (at < chunk.length) {
        if (dropping) {
          while (at < chunk.length && tokenBytes[chunk[at]!] === 1) at++
          start = at
          if (at === chunk.length) break
          dropping = false
        } else if (prefixes.matched[node]! > 0 && tokenBytes[chunk[at]!] === 1) {
          if (at > start) out.push(chunk.subarray(start, at))
          out.push(maskText)
          dropping = true
          node = 0
        } else {
          if (node === 0) at = prefixes.skip(chunk, at)
          if (at < chunk.length) node = prefixes.next(node, chunk[at++]!)
        }
      }
      if (!dropping && start < chunk.length) out.push(chunk.subarray(start))
      return joined(out)
    },
    end() {
      node = 0
      dropping = false
      return noBytes
    },
  }
}
