import { Readable } from 'node:stream'

import type { JobEnvironment } from '../job/ports.ts'
import { ArchiveProblem } from './archive-problem.ts'
import { oneChunk } from './byte-reader.ts'
import { cutTar, type Block, type TarPiece } from './cut-tar.ts'
import { outputOf, ProgramFailed, runProgram } from './run-program.ts'
import type { TarHead } from './tar-head.ts'
import { entriesIn, type TarRun } from './tar-run.ts'

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

export interface ReadFilesOptions {
  readonly environment: JobEnvironment
  readonly projectDir: string
  /** Relative to the project. */
  readonly paths: readonly string[]
  readonly signal: AbortSignal
  /** Told when a file changed while it was read. */
  readonly onRemark?: (text: string) => Promise<void>
  /** Gives the memory in which short files come. */
  readonly takeBlock?: (() => Block) | undefined
}

/**
 * Streams files out of the helper container through its `tar`, in the order given.
 * @throws ArchiveProblem when a file cannot be read.
 */
export async function* readFiles(options: ReadFilesOptions): AsyncGenerator<TarPiece> {
  let remaining = options.paths
  while (remaining.length > 0) {
    const linked = yield* readOnce({ ...options, paths: remaining })
    // Each round yields at least the first name of every inode.
    if (linked.length >= remaining.length) throw new ArchiveProblem(`tar stores no content for ${linked[0]}`)
    remaining = linked
  }
}

/** @returns names tar only stored as a second name of another file, which GNU's can avoid and busybox's cannot. */
async function* readOnce(options: ReadFilesOptions): AsyncGenerator<TarPiece, string[]> {
  const { environment, projectDir, paths, signal, onRemark, takeBlock } = options
  const command = await tarCommand(environment, projectDir, signal)
  let missing = paths.length
  const linked: string[] = []
  const stdin = Readable.from(nulTerminated(paths), { objectMode: false })
  const output = outputOf(environment, command, { stdin, workingDir: projectDir }, signal)

  try {
    for await (const piece of cutTar(output, takeBlock)) {
      if (piece.kind === 'run') {
        missing -= piece.count
        for (const name of piece.hardLinks) linked.push(pathOf(name))
      } else missing -= 1
      yield piece
    }
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error
    // GNU tar answers 1 when a file changed while it was read, busybox's for anything; what counts is what came.
    if (error.exitCode !== 1 || missing > 0) throw new ArchiveProblem(error.message, { cause: error })
    for (const line of error.stderr.split('\n')) if (line !== '') await onRemark?.(line)
  }
  return linked
}

/** Single files of what was read; special ones are left out. */
export async function* entriesOf(pieces: AsyncIterable<TarPiece>): AsyncGenerator<ArchiveEntry> {
  for await (const piece of pieces) {
    if (piece.kind === 'run') yield* entriesOfRun(piece)
    else {
      const entry = entryOf(piece.head, piece.content)
      if (entry) yield entry
    }
  }
}

export function* entriesOfRun(run: TarRun): Generator<ArchiveEntry> {
  for (const { head, bytes } of entriesIn(run)) {
    const entry = entryOf(head, oneChunk(bytes), bytes)
    if (entry) yield entry
  }
}

function entryOf(head: TarHead, content: AsyncIterable<Buffer>, bytes?: Buffer): ArchiveEntry | undefined {
  const { mode, mtime, uid, gid, size } = head
  const facts = { path: pathOf(head.name.toString('utf8')), mode: mode & 0o777, mtime, uid, gid }
  if (head.type === 'directory') return { ...facts, kind: 'directory' }
  if (head.type === 'link') return { ...facts, kind: 'link', target: head.target.toString('utf8') }
  if (head.type === 'file') return { ...facts, kind: 'file', size, content, ...(bytes && { bytes }) }
  return undefined
}

/** Relative to the project, without a slash at its end. */
export const pathOf = (name: string) => name.replace(/^\.\//, '').replace(/\/+$/, '')

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
