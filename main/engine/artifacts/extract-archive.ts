import { posix } from 'node:path'
import { Readable } from 'node:stream'

import type { JobEnvironment } from '../job/ports.ts'
import { ArchiveProblem } from './archive-problem.ts'
import type { ArchiveEntry } from './read-files.ts'
import { ProgramFailed, runProgram } from './run-program.ts'
import type { EntryHead, StoredArchive, StoredPiece } from './stored-archive.ts'
import { writeTar } from './write-tar.ts'

/**
 * Extracts an archive into the project through the helper container's `tar`: files first, then links, so that nothing
 * is written through them, then folders, so that their times and modes stay (job-execution.md §12.2).
 * @throws ArchiveProblem when it would write through a link that leads out of the project, or a file cannot be written.
 */
export async function extractArchive(
  archive: StoredArchive,
  environment: JobEnvironment,
  projectDir: string,
  signal: AbortSignal,
): Promise<void> {
  const folders = foldersOf(archive.heads)
  await checkLinksInProject(environment, projectDir, folders, signal)
  let failure: unknown
  const entries = inSafeOrder(archive.read())
  const stdin = Readable.from(
    (async function* () {
      try {
        yield* writeTar(entries)
      } catch (error) {
        failure = error
        throw error
      }
    })(),
    { objectMode: false, highWaterMark: 1 },
  )
  try {
    await runProgram(environment, ['tar', '-x', '-p', '-f', '-'], { stdin, workingDir: projectDir }, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (failure !== undefined) throw failure
    if (error instanceof ProgramFailed) {
      throw new ArchiveProblem(error.stderr.trim().split('\n')[0] || error.message, { cause: error })
    }
    throw error
  }
  if (failure !== undefined) throw failure
}

async function* inSafeOrder(pieces: AsyncIterable<StoredPiece>): AsyncGenerator<StoredPiece> {
  const links: ArchiveEntry[] = []
  const folders: ArchiveEntry[] = []
  for await (const entry of pieces) {
    if (entry.kind === 'file' || entry.kind === 'run') yield entry
    else (entry.kind === 'link' ? links : folders).push(entry)
  }
  yield* links
  // What is inside comes before its folder.
  yield* folders.toSorted((a, b) => (a.path < b.path ? 1 : -1))
}

/** Every folder that is made or written into. @throws ArchiveProblem when a link of the archive stands in its place. */
function foldersOf(heads: readonly EntryHead[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const { path, kind } of heads) {
    let folder = kind === 'directory' ? path : posix.dirname(path)
    while (folder !== '.' && !folders.has(folder)) {
      folders.add(folder)
      folder = posix.dirname(folder)
    }
  }
  for (const { path, kind } of heads) {
    if (kind !== 'directory' && folders.has(path)) {
      throw new ArchiveProblem(`${path}: is both a ${kind} and a folder in the archive`)
    }
  }
  return folders
}

const namesAtOnce = 500

const outsideScript = String.raw`
root=$(pwd -P) || exit
for link do
  real=$(cd "./$link" 2>/dev/null && pwd -P) || real=
  case $real/ in "$root"/*) ;; *) printf '%s\0' "$link" ;; esac
done
`

/** A link the job left where the archive has a folder may lead anywhere; only within the project it is followed. */
async function checkLinksInProject(
  environment: JobEnvironment,
  workingDir: string,
  folders: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const tops = [...new Set([...folders].map((folder) => folder.split('/', 1)[0] ?? folder))]
  const links: string[] = []
  for (let at = 0; at < tops.length; at += namesAtOnce) {
    const places = tops.slice(at, at + namesAtOnce).map((top) => `./${top}`)
    const command = ['sh', '-c', 'find "$@" -type l -print0 2>/dev/null; true', 'find', ...places]
    const found = await runProgram(environment, command, { workingDir }, signal)
    links.push(
      ...namesOf(found)
        .map((name) => posix.normalize(name))
        .filter((link) => folders.has(link)),
    )
  }
  for (let at = 0; at < links.length; at += namesAtOnce) {
    const command = ['sh', '-c', outsideScript, 'outside', ...links.slice(at, at + namesAtOnce)]
    const [first] = namesOf(await runProgram(environment, command, { workingDir }, signal))
    if (first !== undefined) {
      throw new ArchiveProblem(`${first}: is a link out of ${workingDir} and nothing is extracted through it`)
    }
  }
}

const namesOf = (output: Buffer) =>
  output
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '')
