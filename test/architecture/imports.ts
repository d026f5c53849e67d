import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = normalize(join(import.meta.dirname, '../..'))

export interface Import {
  /** From the root of the project. */
  readonly file: string
  /** As it is written. */
  readonly to: string
}

/** The files of folders, from the root of the project. */
export const sourcesIn = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|cts)$/.test(name))
      .map((name) => join(folder, name)),
  )

/** What files import, types among it. */
export const importsOf = (sources: readonly string[]): readonly Import[] =>
  sources.flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm,
      ),
    ].map((match) => ({ file, to: match[1] ?? match[2] ?? match[3] ?? '' })),
  )

/** The file of ours that is imported; `undefined` where it is none. */
export function targetOf({ file, to }: Import): string | undefined {
  const target = join(dirname(file), to)
  return to.startsWith('.') && existsSync(join(root, target)) ? target : undefined
}
