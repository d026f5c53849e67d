import { posix } from 'node:path'

import { BadSubstitution, expandWords, type Environment } from './expand-words.ts'
import { BadPattern, compileGlob, hasMeta, splitGlob, unescapeGlob, type Matcher } from './glob.ts'
import type { FileKind, Listing, Place } from './list-files.ts'

/** What an artifact or a cache asks for (job-execution.md §11.2). */
export interface Wanted {
  readonly paths: readonly string[]
  readonly exclude: readonly string[]
  readonly untracked: boolean
}

export interface Remark {
  readonly level: 'info' | 'warning'
  readonly text: string
}

type Rule = { readonly shown: string } & (
  | { readonly kind: 'place'; readonly place: Place; readonly matches: Matcher }
  | { readonly kind: 'refused'; readonly problem: string }
)

export interface SelectionRules {
  readonly projectDir: string
  readonly include: readonly Rule[]
  readonly exclude: readonly { readonly shown: string; readonly matches: Matcher }[]
  /** What was wrong with patterns before any file was looked at. */
  readonly remarks: readonly Remark[]
}

export interface Selection {
  /** Sorted by path, parents before what is in them. */
  readonly files: ReadonlyMap<string, FileKind>
  readonly remarks: readonly Remark[]
}

const warning = (text: string): Remark => ({ level: 'warning', text })
const info = (text: string): Remark => ({ level: 'info', text })

/** Reads the patterns of an artifact or a cache; a pattern nobody can read becomes a remark. */
export function selectionRules(wanted: Wanted, projectDir: string, environment: Environment): SelectionRules {
  const remarks: Remark[] = []
  const expand = (pattern: string) => {
    try {
      return expandWords(pattern, environment)
    } catch (error) {
      if (!(error instanceof BadSubstitution)) throw error
      remarks.push(warning(`invalid path "${pattern}": ${error.message}`))
      return pattern
    }
  }
  const include = wanted.paths.map(expand).map((pattern) => includeRule(pattern, projectDir))
  const exclude = wanted.exclude.map(expand).flatMap((pattern) => {
    try {
      const path = insideProject(pattern, projectDir)
      if (path !== undefined) return [{ shown: pattern, matches: compileGlob(path) }]
      remarks.push(warning(`isExcluded: artifact path is not a subpath of project directory: ${pattern}`))
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error
      remarks.push(warning(`${pattern}: ${error.message}`))
    }
    return []
  })
  return { projectDir, include, exclude, remarks }
}

/** Where to look for what the rules name. */
export function placesOf({ include }: SelectionRules): readonly Place[] {
  const places = include.flatMap((rule) => (rule.kind === 'place' ? [rule.place] : []))
  return [...new Map(places.map((place) => [place.kind + place.path, place])).values()]
}

/**
 * Chooses from a listing what the rules name, with the lines the log shows about it.
 * @param untracked names that git does not track, where the job asks for them.
 */
export function selectFiles(
  rules: SelectionRules,
  listing: Listing,
  untracked?: readonly string[],
): Selection {
  const chosen = new Map<string, FileKind>()
  const excluded = new Map<string, number>()
  const remarks: Remark[] = [...rules.remarks, ...listing.complaints.map(warning)]

  const offer = (path: string, kind: FileKind): boolean => {
    const rule = rules.exclude.find(({ matches }) => matches(path))
    if (rule) {
      excluded.set(rule.shown, (excluded.get(rule.shown) ?? 0) + 1)
      return false
    }
    chosen.set(path, kind)
    return true
  }

  for (const rule of rules.include) {
    if (rule.kind === 'refused') {
      remarks.push(warning(rule.problem))
      continue
    }
    if (listing.outside.has(rule.place.path)) {
      remarks.push(warning(`${rule.shown}: not supported: outside build directory`))
      continue
    }
    const count = below(listing.files, rule).filter(([path, kind]) => offer(path, kind)).length
    remarks.push(
      count > 0
        ? info(`${rule.shown}: found ${count} matching artifact files and directories`)
        : warning(
            `${rule.shown}: no matching files. Ensure that the artifact path is relative to the working directory (${rules.projectDir})`,
          ),
    )
  }

  if (untracked) {
    const count = untracked.filter((name) =>
      name.endsWith('/') ? offer(name.slice(0, -1), 'directory') : offer(name, 'file'),
    ).length
    remarks.push(count > 0 ? info(`untracked: found ${count} files`) : warning('untracked: no files'))
  }
  for (const [rule, count] of excluded) remarks.push(info(`${rule}: excluded ${count} files`))

  const files = new Map([...chosen].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { files, remarks }
}

function includeRule(pattern: string, projectDir: string): Rule {
  if (pattern === '') return { kind: 'refused', shown: pattern, problem: 'No matching files. Path is empty.' }
  const refused: Rule = {
    kind: 'refused',
    shown: pattern,
    problem: `processPath: artifact path is not a subpath of project directory: ${pattern}`,
  }
  if (!hasMeta(pattern)) {
    const path = insideProject(unescapeGlob(pattern), projectDir)
    if (path === undefined) return refused
    const kind = path === '.' ? 'folder' : 'name'
    return {
      kind: 'place',
      shown: pattern,
      place: { kind, path },
      matches: (other) => path === '.' || other === path,
    }
  }
  try {
    const { base, rest } = splitGlob(pattern)
    const folder = insideProject(unescapeGlob(base), projectDir)
    if (folder === undefined) return refused
    const matches = compileGlob(posix.join(rest))
    // `dir/**` is also `dir` itself.
    const isWhole = /^(?:\*\*\/?)+$/.test(rest)
    const prefix = folder === '.' ? '' : `${folder}/`
    return {
      kind: 'place',
      shown: pattern,
      place: { kind: 'folder', path: folder },
      matches: (path) =>
        path === folder ? isWhole : path.startsWith(prefix) && matches(path.slice(prefix.length)),
    }
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error
    return { kind: 'refused', shown: pattern, problem: `${pattern}: ${error.message}` }
  }
}

/** A path relative to the project, `.` for the project itself, `undefined` outside of it. */
function insideProject(path: string, projectDir: string): string | undefined {
  const relative = posix.relative(projectDir, posix.resolve(projectDir, path))
  if (relative === '..' || relative.startsWith('../')) return undefined
  return relative === '' ? '.' : relative
}

/** What matches, and everything below a folder that matches. */
function below(files: Listing['files'], { matches }: { readonly matches: Matcher }): [string, FileKind][] {
  const folders = new Set<string>()
  return [...files].filter(([path, kind]) => {
    if (!folders.has(posix.dirname(path)) && !matches(path)) return false
    if (kind === 'directory') folders.add(path)
    return true
  })
}
