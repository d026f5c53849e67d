/** The word closest to a misspelt one; `undefined` where none is close. */
export function nearest(misspelt: string, words: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(misspelt.length / 3)) + 1
  for (const word of words) {
    const distance = distanceBetween(plain(misspelt), plain(word))
    if (distance < bestDistance) [best, bestDistance] = [word, distance]
  }
  return best
}

// Case and the kind of separator are what people get wrong most: "TLS_CA_File" means "tls-ca-file".
const plain = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, '_')

/** Levenshtein's distance, two neighbours swapped counting as one mistake. */
function distanceBetween(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, () => i))
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      rows[i]![j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Infinity,
      )
    }
  }
  return at(a.length, b.length)
}
