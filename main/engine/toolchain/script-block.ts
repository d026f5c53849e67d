import { searchFolders, type Reference, type Toolchain } from './toolchain.ts'
import { referenceOf } from './toolchain.ts'

/**
 * The marked lines a toolchain has in `pre_build_script`. They run in any POSIX shell, and say in comments what else
 * in the file belongs to the toolchain, so that taking it out needs nothing but the file.
 */
export interface Block {
  readonly reference: Required<Reference>
  /** The entry of `volumes`; absent where one like it was there before. */
  readonly volume?: string
  /** Names of the entries of `environment`. */
  readonly environment: readonly string[]
  /** Names of the exports among the lines. */
  readonly exports: readonly string[]
  /** What was made for it: rows that were absent, and the script's one line that became several. */
  readonly made: readonly Made[]
}

export type Made = 'environment' | 'volumes' | 'script' | 'lines'

const beginsWith = /^\s*(?:# >>> toolchain )([\w.+-]+)@([\w.+-]+)\s*$/
const note = /^\s*# belongs to it: (volume|environment|exports|made) (.*?)\s*$/
const endOf = (reference: Required<Reference>) => `# <<< toolchain ${referenceOf(reference)}`

/** @param exports the lines between the marks; those of the toolchain unless told. */
export function blockLines(block: Block, exports: readonly string[]): readonly string[] {
  const notes: readonly (readonly [string, string])[] = [
    ['volume', block.volume ?? ''],
    ['environment', block.environment.join(' ')],
    ['exports', block.exports.join(' ')],
    ['made', block.made.join(' ')],
  ]
  return [
    `# >>> toolchain ${referenceOf(block.reference)}`,
    ...notes.filter(([, words]) => words !== '').map(([what, words]) => `# belongs to it: ${what} ${words}`),
    ...exports,
    endOf(block.reference),
  ]
}

/** Prepends without a stray colon, which would stand for the working directory (docker-executor.md §18.1). */
export function exportsOf(toolchain: Toolchain): readonly { readonly name: string; readonly line: string }[] {
  const folders = searchFolders(toolchain)
  const prepend = (name: string, parts: readonly string[]) =>
    parts.length === 0 ? [] : [{ name, line: `export ${name}="${parts.join(':')}\${${name}:+:$${name}}"` }]
  return [...prepend('PATH', folders.path), ...prepend('LD_LIBRARY_PATH', folders.libraryPath)]
}

/** The blocks in a script, in the order they run. */
export function readBlocks(script: string): readonly Block[] {
  const blocks: Block[] = []
  const lines = script.split(/\r?\n/)
  for (const [at, line] of lines.entries()) {
    const begin = beginsWith.exec(line)
    if (begin === null) continue
    const reference = { name: begin[1] ?? '', version: begin[2] ?? '' }
    const notes = new Map<string, string>()
    for (const below of lines.slice(at + 1)) {
      const match = note.exec(below)
      if (match === null) break
      notes.set(match[1] ?? '', match[2] ?? '')
    }
    const words = (what: string) => (notes.get(what) ?? '').split(' ').filter(Boolean)
    const volume = notes.get('volume')
    blocks.push({
      reference,
      ...(volume !== undefined && { volume }),
      environment: words('environment'),
      exports: words('exports'),
      made: words('made') as Made[],
    })
  }
  return blocks
}

/** The lines without those of one block; what people wrote between the marks stays. */
export function withoutBlock(lines: readonly string[], { reference, exports }: Block): readonly string[] {
  const begin = lines.findIndex((line) => isBegin(line, reference))
  if (begin < 0) return lines
  const length = lines.slice(begin).findIndex((line) => line.trim() === endOf(reference))
  const end = length < 0 ? begin : begin + length
  const own = new RegExp(String.raw`^\s*export (?:${exports.join('|') || '(?!)'})=`)
  const kept = lines.slice(begin + 1, end).filter((line) => !note.test(line) && !own.test(line))
  return [...lines.slice(0, begin), ...kept, ...lines.slice(end + 1)]
}

/** The lines with the notes of one block written anew. */
export function withNotes(lines: readonly string[], block: Block): readonly string[] {
  const begin = lines.findIndex((line) => isBegin(line, block.reference))
  if (begin < 0) return lines
  const [head = ''] = lines.slice(begin, begin + 1)
  const indent = /^\s*/.exec(head)?.[0] ?? ''
  const newline = /\r?\n$/.exec(head)?.[0] ?? ''
  const behind = lines.slice(begin + 1).findIndex((line) => !note.test(line))
  const notes = blockLines(block, [])
    .slice(1, -1)
    .map((line) => indent + line + newline)
  return [...lines.slice(0, begin + 1), ...notes, ...lines.slice(begin + 1 + Math.max(behind, 0))]
}

function isBegin(line: string, { name, version }: Required<Reference>): boolean {
  const match = beginsWith.exec(line)
  return match !== null && match[1] === name && match[2] === version
}
