import { quote } from '../script/quote.ts'

/** A shell line that gives a file exactly this content. */
export function writeFile(path: string, text: string): string {
  return `printf '%s' ${quote(text)} > ${quote(path)}`
}

/** Lines as they stand inside a function or branch. */
export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
