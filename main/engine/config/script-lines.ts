import { indentOf, newlineOf, replace } from './splice.ts'
import { addRow, removeRow, valueAt } from './list-entries.ts'

/**
 * Lines put in front of a script in the file, and taken out again, byte for byte. The lines hold neither backslashes
 * nor three quotes in a row, so that they read alike in every kind of TOML string.
 */

/** How the script was written before lines were put in, which taking them out needs to know. */
export type ScriptForm = 'absent' | 'one line' | 'many lines'

export function formOfScript(text: string, path: string): ScriptForm {
  const span = valueAt(text, path)
  if (span === undefined) return 'absent'
  return /^("""|''')/.test(text.slice(span.start, span.end)) ? 'many lines' : 'one line'
}

/** @param sectionPath where the row goes when there is none; `path` is its path with the key. */
export function prependLines(
  text: string,
  { sectionPath, key }: { readonly sectionPath: string; readonly key: string },
  lines: readonly string[],
): string {
  const path = `${sectionPath}.${key}`
  const newline = newlineOf(text)
  const span = valueAt(text, path)
  if (span === undefined) {
    const row = [`${key} = """`, ...lines.map((line) => `    ${line}`), '"""'].join(newline)
    return addRow(text, sectionPath, row)
  }
  const literal = text.slice(span.start, span.end)
  const indent = `${indentOf(text, span.start)}  `
  const block = (more: string) => lines.map((line) => more + line + newline).join('')
  const triple = /^(?:"""|''')(\r?\n)?/.exec(literal)
  if (triple !== null) {
    const at = span.start + triple[0].length
    // Directly behind the quotes an indent would be a change of the first line.
    const ownIndent = triple[1] === undefined ? '' : (/^[ \t]*(?=\S)/.exec(text.slice(at))?.[0] ?? indent)
    return replace(text, { start: at, end: at }, block(ownIndent))
  }
  const quote = literal.slice(0, 1).repeat(3)
  return replace(text, span, quote + newline + block(indent) + literal.slice(1, -1) + quote)
}

/**
 * Replaces whole lines of the script, found by what they say.
 * @param edit the script's source lines, each with its line end, to those that stay.
 */
export function editLines(
  text: string,
  path: string,
  edit: (lines: readonly string[]) => readonly string[],
): string {
  const span = valueAt(text, path)
  if (span === undefined) return text
  const literal = text.slice(span.start, span.end)
  const open = /^(?:"""|''')(?:\r?\n)?/.exec(literal)?.[0]
  if (open === undefined) return text
  const body = literal.slice(open.length, -3)
  const lines = body.split(/(?<=\n)/)
  return replace(text, span, open + edit(lines).join('') + literal.slice(-3))
}

/** Back to how the script was written, once the lines are out. */
export function restoreForm(text: string, path: string, form: ScriptForm): string {
  const span = valueAt(text, path)
  if (span === undefined || form === 'many lines') return text
  const literal = text.slice(span.start, span.end)
  const body = literal.slice(3, -3).replace(/^\r?\n/, '')
  if (form === 'absent') return body.trim() === '' ? removeRow(text, path) : text
  if (/[\n]/.test(body)) return text
  const quote = literal.slice(0, 1)
  return replace(text, span, quote + body + quote)
}
