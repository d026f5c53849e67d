/**
 * Many phrases looked for at once: an Aho-Corasick automaton, and a skip table (Wu and Manber) that jumps over text in
 * which no phrase can begin. A node stands for the prefix of a phrase that was just read; node 0 for none.
 */
export interface PhraseSet {
  /** Node after reading `byte` at `node`. */
  next(node: number, byte: number): number
  /** First position from `from` where a phrase may begin or that lies too near the chunk's end to tell. */
  skip(chunk: Buffer, from: number): number
  /** Length of the longest phrase that ends at this node; 0 = none. */
  readonly matched: Int32Array
  /** Length of the longest suffix read that may still grow into a phrase. */
  readonly growing: Int32Array
  readonly depth: Int32Array
  /** The bytes a node stands for. */
  bytesOf(node: number): Buffer
}

interface Trie {
  readonly byte: Uint8Array
  readonly firstChild: Int32Array
  readonly sibling: Int32Array
  readonly depth: Int32Array
  /** Index of a phrase that runs through the node. */
  readonly owner: Int32Array
  readonly matched: Int32Array
  readonly count: number
}

/** @param phrases none of them empty. */
export function phraseSet(phrases: readonly Buffer[]): PhraseSet {
  const trie = trieOf(phrases)
  const { byte, firstChild, sibling, depth, owner, matched, count } = trie
  const roots = new Int32Array(256)
  for (let node = firstChild[0]!; node !== 0; node = sibling[node]!) roots[byte[node]!] = node

  const child = (node: number, wanted: number): number => {
    if (node === 0) return roots[wanted]!
    let found = firstChild[node]!
    while (found !== 0 && byte[found] !== wanted) found = sibling[found]!
    return found
  }

  const fail = new Int32Array(count)
  const next = (from: number, wanted: number): number => {
    for (let node = from; ; node = fail[node]!) {
      const found = child(node, wanted)
      if (found !== 0 || node === 0) return found
    }
  }

  const growing = new Int32Array(count)
  for (const node of breadthFirst(trie)) {
    for (let below = firstChild[node]!; below !== 0; below = sibling[below]!) {
      const suffix = node === 0 ? 0 : next(fail[node]!, byte[below]!)
      fail[below] = suffix
      matched[below] ||= matched[suffix]!
      growing[below] = firstChild[below] === 0 ? growing[suffix]! : depth[below]!
    }
  }

  return {
    next,
    skip: skipperOf(phrases),
    matched,
    growing,
    depth,
    bytesOf: (node) => phrases[owner[node]!]?.subarray(0, depth[node]) ?? Buffer.alloc(0),
  }
}

function trieOf(phrases: readonly Buffer[]): Trie {
  const room = phrases.reduce((sum, phrase) => sum + phrase.length, 1)
  const byte = new Uint8Array(room)
  const [firstChild, sibling, depth, owner, matched] = Array.from(
    { length: 5 },
    () => new Int32Array(room),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]
  let count = 1
  for (const [index, phrase] of phrases.entries()) {
    let node = 0
    for (const wanted of phrase) {
      let found = firstChild[node]!
      while (found !== 0 && byte[found] !== wanted) found = sibling[found]!
      if (found === 0) {
        found = count++
        byte[found] = wanted
        sibling[found] = firstChild[node]!
        firstChild[node] = found
        depth[found] = depth[node]! + 1
        owner[found] = index
      }
      node = found
    }
    matched[node] = phrase.length
  }
  return { byte, firstChild, sibling, depth, owner, matched, count }
}

function breadthFirst({ firstChild, sibling, count }: Trie): Int32Array {
  const order = new Int32Array(count)
  let known = 1
  for (let at = 0; at < known; at++) {
    for (let node = firstChild[order[at]!]!; node !== 0; node = sibling[node]!) order[known++] = node
  }
  return order
}

/** Looks at the last two bytes of a window as long as the shortest phrase and moves on as far as they allow. */
function skipperOf(phrases: readonly Buffer[]): PhraseSet['skip'] {
  if (phrases.length === 0) return (chunk) => chunk.length
  const shortest = Math.min(...phrases.map((phrase) => phrase.length), 256)
  if (shortest === 1) {
    const begins = new Uint8Array(256)
    for (const phrase of phrases) begins[phrase[0]!] = 1
    return (chunk, from) => {
      let at = from
      while (at < chunk.length && begins[chunk[at]!] === 0) at++
      return at
    }
  }
  const shifts = new Uint8Array(65536).fill(shortest - 1)
  for (const phrase of phrases) {
    for (let at = 0; at + 1 < shortest; at++) {
      const pair = (phrase[at]! << 8) | phrase[at + 1]!
      shifts[pair] = Math.min(shifts[pair]!, shortest - 2 - at)
    }
  }
  return (chunk, from) => {
    const last = chunk.length - 1
    let tail = from + shortest - 1
    while (tail <= last) {
      const shift = shifts[(chunk[tail - 1]! << 8) | chunk[tail]!]!
      if (shift === 0) break
      tail += shift
    }
    return tail - shortest + 1
  }
}
