/**
 * Replaces `$NAME` and `${NAME}` once, left to right (job-execution.md §8.3). What a value brings in is not looked at
 * again. `$$` is a dollar; the shell's special parameters are empty; a dollar before anything else stays.
 * @param valueOf answers `''` for an unknown name.
 */
export function expand(text: string, valueOf: (name: string) => string): string {
  return text.replace(
    reference,
    (match, braced: string | undefined, special: string | undefined, name: string | undefined) => {
      if (match === '${' || match === '${}') return ''
      const wanted = braced ?? special ?? name ?? ''
      if (wanted === '$') return '$'
      return alwaysEmpty.has(wanted) ? '' : valueOf(wanted)
    },
  )
}

// In order: a braced name, of which anything may be part; a brace without content or end; a special parameter, which
// is one character long; a name.
const reference = /\$(?:\{([^}]+)\}|\{\}?|([*#$@!?\-0-9])|([A-Za-z0-9_]+))/g

const alwaysEmpty = new Set(['*', '#', '@', '!', '?', ...'0123456789'.split('')])
