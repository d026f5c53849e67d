import { Readable } from 'node:stream'

import type { JobEnvironment } from '../job/ports.ts'
import { parseTar, type TarEntry } from './parse-tar.ts'
import { outputOf, ProgramFailed, runProgram } from './run-program.ts'

interface EntryFacts {
  /** Relative to the project, without a slash at its end. */
  readonly path: string
  /** Permission bits, without set-id and sticky. */
  readonly mode: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly uid: number
  readonly gid: number
}

interface FileContent {
  readonly kind: 'file'
  readonly size: number
  /** To be read before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>
  /** All of the content, where it is short and already here. */
  readonly bytes?: Uint8Array
}

/** A file on its way into or out of an archive. */
export type ArchiveEntry = EntryFacts &
  (FileContent | { readonly kind: 'directory' } | { readonly kind: 'link'; readonly target: string })

/** A file could not be read, or a name cannot be stored. The message names it. */
export class ArchiveProblem extends Error {
  override readonly name = 'ArchiveProblem'
}

export interface ReadFilesOptions {
  readonly environment: JobEnvironment
  readonly projectDir: string
  /** Relative to the project. */
  readonly paths: readonly string[]
  readonly signal: AbortSignal
  /** Told when a file changed while it was read. */
  readonly onRemark?: (text: string) => Promise<void>
}

/**
 * Streams files out of the helper container through its `tar`, in the order given. Special files are left out.
 * @throws ArchiveProblem when a file cannot be read.
 */
export async function* readFiles(options: ReadFilesOptions): AsyncGenerator<ArchiveEntry> {
  let remaining = options.paths
  while (remaining.length > 0) {
    const linked = yield* readOnce({ ...options, paths: remaining })
    // Each round yields at least the first name of every inode.
    if (linked.length >= remaining.length) throw new ArchiveProblem(`tar stores no content for ${linked[0]}`)
    remaining = linked
  }
}

/** @returns names tar only stored as a second name of another file, which GNU's can avoid and busybox's cannot. */
async function* readOnce(options: ReadFilesOptions): AsyncGenerator<ArchiveEntry, string[]> {
  const { environment, projectDir, paths, signal, onRemark } = options
  const command = await tarCommand(environment, projectDir, signal)
  let missing = paths.length
  const linked: string[] = []
  const stdin = Readable.from(nulTerminated(paths), { objectMode: false })
  const output = outputOf(environment, command, { stdin, workingDir: projectDir }, signal)

  try {
    for await (const entry of parseTar(output)) {
      const path = pathOf(entry.name)
      missing -= 1
      if (entry.type === 'hard-link') linked.push(path)
      const made = entryOf(entry, path)
      if (made) yield made
    }
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error
    // GNU tar answers 1 when a file changed while it was read, busybox's for anything; what counts is what came.
    if (error.exitCode !== 1 || missing > 0) throw new ArchiveProblem(error.message, { cause: error })
    for (const line of error.stderr.split('\n')) if (line !== '') await onRemark?.(line)
  }
  return linked
}

function entryOf(entry: TarEntry, path: string): ArchiveEntry | undefined {
  const { mode, mtime, uid, gid, size, content, bytes, target } = entry
  const facts = { path, mode: mode & 0o777, mtime, uid, gid }
  if (entry.type === 'directory') return { ...facts, kind: 'directory' }
  if (entry.type === 'link') return { ...facts, kind: 'link', target }
  if (entry.type === 'file') return { ...facts, kind: 'file', size, content, ...(bytes && { bytes }) }
  return undefined
}

const pathOf = (name: string) => name.replace(/^\.\//, '').replace(/\/+$/, '')

/** GNU's tar takes names from its input; others get them as arguments and write one archive after another. */
async function tarCommand(environment: JobEnvironment, projectDir: string, signal: AbortSignal) {
  const version = await runProgram(
    environment,
    ['sh', '-c', 'tar --version 2>/dev/null || true'],
    { workingDir: projectDir },
    signal,
  )
  const isGnu = version.includes('GNU tar')
  return isGnu
    ? [
        'tar',
        '-c',
        '-b',
        '256',
        '-f',
        '-',
        '--format=gnu',
        '--hard-dereference',
        '--no-recursion',
        '--null',
        '-T',
        '-',
      ]
    : ['xargs', '-0', 'tar', '-c', '-f', '-', '--no-recursion', '--']
}

function* nulTerminated(paths: readonly string[]): Generator<Buffer> {
  const atOnce = 1000
  for (let at = 0; at < paths.length; at += atOnce) {
    // A name that begins with a hyphen must not be read as an option.
    yield Buffer.from(
      paths
        .slice(at, at + atOnce)
        .map((path) => `./${path}\0`)
        .join(''),
    )
  }
}
