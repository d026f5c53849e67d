import { factPlaces, sentences, type SentenceCode } from './say.ts'

/** What was said, and of what. */
export interface Said {
  readonly code: SentenceCode
  readonly facts: Readonly<Record<string, string>>
}

interface Pattern {
  readonly code: SentenceCode
  readonly like: RegExp
}

/**
 * The code and the facts of a sentence that `say` has made; `undefined` for words of others. Sentences travel as plain
 * English, through errors, logs and the history, so whoever shows them in another language reads them back here.
 */
export function recognise(text: string): Said | undefined {
  const plain = text.replace(/\.$/, '')
  const inside = (letter: string) => patterns().get(letter) ?? []
  const first = plain.charAt(0).toLowerCase()
  for (const { code, like } of [...inside(first), ...inside('')]) {
    const match = like.exec(plain)
    if (match !== null) return { code, facts: { ...match.groups } }
  }
  return undefined
}

let known: ReadonlyMap<string, readonly Pattern[]> | undefined

/** By first letter, those that begin with a fact under ''; the most particular first. */
const patterns = () => (known ??= compiled())

function compiled(): ReadonlyMap<string, readonly Pattern[]> {
  const rows = (Object.entries(sentences) as [SentenceCode, string][])
    .toSorted(([, a], [, b]) => literalLength(b) - literalLength(a))
    .map(([code, template]) => ({
      letter: /^\{[~+]?[a-z]+\}/.test(template) ? '' : template.charAt(0).toLowerCase(),
      pattern: { code, like: patternOf(template) },
    }))
  return new Map(
    [...Map.groupBy(rows, ({ letter }) => letter)].map(([letter, group]) => [
      letter,
      group.map(({ pattern }) => pattern),
    ]),
  )
}

const literalLength = (template: string) => template.replaceAll(factPlaces, '').length

// A fact does not run on into the next sentence.
const anyFact = '(?:(?!\\. [A-Z]).)+?'
const shapes: Readonly<Record<string, string>> = {
  line: '\\d+',
  free: '\\d+',
  os: '\\w+',
  version: '\\S+',
  path: '\\S+',
  one: '\\S+',
  two: '\\S+',
}

/** Its first letter may be a capital or not: a remedy that follows a colon begins small. */
function patternOf(template: string): RegExp {
  const named = new Set<string>()
  const source = template
    .split(/(\{[~+]?[a-z]+\})/)
    .map((part) => {
      const [, isSentence, name] = /^\{([~+]?)([a-z]+)\}$/.exec(part) ?? []
      if (name === undefined) return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      if (named.has(name)) return `\\k<${name}>`
      named.add(name)
      return `(?<${name}>${isSentence ? '.+?' : (shapes[name] ?? anyFact)})`
    })
    .join('')
  return new RegExp(`^${source}$`, 'i')
}
