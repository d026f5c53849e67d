/**
 * Doublestar patterns as `allowed_images` has them (docker-executor.md §4): `*` and `?` stay within a segment, `**` as
 * a whole segment spans any number of them, `[class]` with `!` or `^`, `{a,b}`. A malformed pattern matches nothing.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const source = toRegExp(pattern)
  try {
    return source !== undefined && new RegExp(`^${source}$`, 'su').test(name)
  } catch {
    return false
  }
}

function toRegExp(pattern: string): string | undefined {
  let source = ''
  let open = 0
  for (let at = 0; at < pattern.length; at++) {
    const [token] = /^(\/\*\*(?=\/|$)|\*\*\/|\*\*$|\[(?:[!^])?\]?(?:\\.|[^\]\\])*\]|\\.|.)/su.exec(
      pattern.slice(at),
    ) ?? ['']
    if (token === '/**') source += '(?:/[^/]+)*'
    else if (token === '**/' && isSegmentStart(pattern, at)) source += '(?:[^/]+/)*'
    else if (token === '**' && isSegmentStart(pattern, at)) source += '.*'
    else if (token === '**/') source += '[^/]*/'
    else if (token === '**' || token === '*') source += '[^/]*'
    else if (token === '?') source += '[^/]'
    else if (token.length > 1 && token.startsWith('[')) source += classOf(token)
    else if (token.length > 1 && token.startsWith('\\')) source += escape(token.slice(1))
    else if (token === '{') source += ((open += 1), '(?:')
    else if (token === '}' && open > 0) source += ((open -= 1), ')')
    else if (token === ',' && open > 0) source += '|'
    else if (token === '[' || token === '\\') return undefined
    else source += escape(token)
    at += token.length - 1
  }
  return open === 0 ? source : undefined
}

const isSegmentStart = (pattern: string, at: number) =>
  at === 0 || pattern[at - 1] === '/' || pattern[at - 1] === '{'

// Under the flag u nothing else may be escaped, not even a hyphen.
const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)

function classOf(token: string): string {
  const negated = /^\[[!^]/.test(token)
  const body = token
    .slice(negated ? 2 : 1, -1)
    .replace(/\\(.)|[[\]^]/gsu, (char, escaped?: string) =>
      escaped === undefined ? `\\${char}` : escaped.replace(/[\\\]^[-]/u, String.raw`\$&`),
    )
  return `(?!/)[${negated ? '^' : ''}${body}]`
}
