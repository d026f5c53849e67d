import { say } from '../../contract/sentences/say.ts'
/** Mistakes people make in `volumes`, each with what to write instead (docker-executor.md §9.1, §18.4). */
const mistakes: readonly { readonly like: RegExp; readonly advice: (match: RegExpExecArray) => string }[] = [
  {
    like: /^[a-z]:[\\/]|^\/\/[a-z]\//i,
    advice: () => say('volume-windows'),
  },
  { like: /^~/, advice: () => say('volume-home') },
  {
    like: /^\$/,
    advice: () => say('volume-variable'),
  },
  { like: /^\.{1,2}\//, advice: () => say('volume-relative') },
  { like: /^[^:]*\/\/|:[^:]*\/\//, advice: () => say('volume-slashes') },
  {
    like: /[:,](nocopy|cached|delegated|consistent|U)\b/,
    advice: (match) => say('volume-option', { option: match[1] ?? '' }),
  },
  {
    like: /[:,](z|r?shared|r?slave|r?private)[:,](ro|rw)\b/i,
    advice: (match) =>
      say('volume-order', { right: `${match[2]},${match[1]}`, wrong: `${match[1]},${match[2]}` }),
  },
  { like: /^[^:/]+:[^/]/, advice: () => say('volume-target') },
  { like: /^[^:/]+$/, advice: () => say('volume-no-target') },
]

/** Why an entry is refused, and what to write instead. */
export function adviceOn(spec: string): string {
  for (const { like, advice } of mistakes) {
    const match = like.exec(spec)
    if (match !== null) return continuing(advice(match))
  }
  return continuing(say('volume-form'))
}

/** Callers put it behind a colon, or make a sentence of it. */
const continuing = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1)
