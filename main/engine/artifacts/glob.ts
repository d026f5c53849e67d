/** A pattern that cannot be read, such as an unclosed `[`. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern'
}

const mostAlternatives = 10_000

export type Matcher = (path: string) => boolean

/**
 * Makes a matcher of doublestar v4's patterns (job-execution.md §11.2): `*` and `?` stay within one part of a path,
 * `[a-z]`, `[!a]`, `{a,b}`, `**` as a whole part for any number of parts, also none; `\` takes the next character as
 * it is. Dot files are like others.
 * @throws BadPattern when the pattern cannot be read.
 */
export function compileGlob(pattern: string): Matcher {
  const sources = expandBraces(pattern).map(sourceOf)
  const expression = new RegExp(`^(?:${sources.join('|')})$`, 'su')
  return (path) => expression.test(path)
}

/** Whether a pattern has anything but plain characters in it. */
export function hasMeta(pattern: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[{]/.test(pattern)
}

/** A pattern without meta characters as the name it stands for. */
export function unescapeGlob(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1')
}

/** Splits at the last slash before the first meta character; the base is `.` where there is none. */
export function splitGlob(pattern: string): { readonly base: string; readonly rest: string } {
  let split = -1
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (char === '\\') at += 1
    else if (char === '/') split = at
    else if ('*?[{'.includes(char)) break
  }
  if (split < 0) return { base: '.', rest: pattern }
  return { base: split === 0 ? '/' : pattern.slice(0, split), rest: pattern.slice(split + 1) }
}

/** Every pattern without braces that a pattern with braces stands for. */
function expandBraces(pattern: string): readonly string[] {
  const open = findUnescaped(pattern, 0, '{')
  if (open < 0) return [pattern]
  const parts: string[] = []
  let depth = 0
  let from = open + 1
  for (let at = open; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (char === '\\') at += 1
    else if (char === '{') depth += 1
    else if (char === ',' && depth === 1) {
      parts.push(pattern.slice(from, at))
      from = at + 1
    } else if (char === '}' && --depth === 0) {
      parts.push(pattern.slice(from, at))
      const before = pattern.slice(0, open)
      const after = pattern.slice(at + 1)
      const all = parts.flatMap((part) => expandBraces(before + part + after))
      if (all.length > mostAlternatives) throw new BadPattern('too many alternatives in pattern')
      return all
    }
  }
  throw new BadPattern('syntax error in pattern')
}

function findUnescaped(text: string, from: number, wanted: string): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\\') at += 1
    else if (char === '[') at = classEnd(text, at)
    else if (char === wanted) return at
  }
  return -1
}

/** Regular expression of a pattern without braces. */
function sourceOf(pattern: string): string {
  const parts = pattern.split('/')
  let source = ''
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    if (part !== '**') {
      source += partSource(part) + (isLast ? '' : '/')
    } else if (parts[index + 1] === '**') {
      continue // two of them say no more than one
    } else if (isLast) {
      // `dir/**` is also `dir` itself, so the slash before goes with what follows.
      source = source.endsWith('/') ? `${source.slice(0, -1)}(?:/.*)?` : `${source}.*`
    } else {
      source += '(?:[^/]+/)*'
    }
  }
  return source
}

function partSource(part: string): string {
  let source = ''
  for (let at = 0; at < part.length; at += 1) {
    const char = part.charAt(at)
    if (char === '*') {
      while (part.charAt(at + 1) === '*') at += 1
      source += '[^/]*'
    } else if (char === '?') source += '[^/]'
    else if (char === '\\') {
      at += 1
      if (at === part.length) throw new BadPattern('syntax error in pattern')
      source += escapeSource(part.charAt(at))
    } else if (char === '[') {
      const end = classEnd(part, at)
      source += classSource(part.slice(at + 1, end))
      at = end
    } else source += escapeSource(char)
  }
  return source
}

/** Index of the `]` that closes the class opened at `open`. */
function classEnd(pattern: string, open: number): number {
  let at = open + 1
  if ('!^'.includes(pattern.charAt(at)) && at < pattern.length) at += 1
  for (let first = true; at < pattern.length; at += 1, first = false) {
    const char = pattern.charAt(at)
    if (char === '\\') at += 1
    else if (char === ']' && !first) return at
  }
  throw new BadPattern('syntax error in pattern')
}

function classSource(body: string): string {
  const isNegated = body.startsWith('!') || body.startsWith('^')
  const characters: string[] = []
  const text = Array.from(isNegated ? body.slice(1) : body)
  const take = () => {
    const char = text.shift()
    const taken = char === '\\' ? text.shift() : char
    if (taken === undefined) throw new BadPattern('syntax error in pattern')
    return taken
  }
  while (text.length > 0) {
    const low = take()
    if (text[0] === '-' && text.length > 1) {
      text.shift()
      const high = take()
      if ((low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0)) {
        characters.push(`${escapeInClass(low)}-${escapeInClass(high)}`)
      }
    } else characters.push(escapeInClass(low))
  }
  if (characters.length === 0) return isNegated ? '[^/]' : '(?!)'
  return `(?!/)[${isNegated ? '^' : ''}${characters.join('')}]`
}

const escapeSource = (char: string) => char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
const escapeInClass = (char: string) => char.replace(/[\\\]^[-]/g, '\\$&')
