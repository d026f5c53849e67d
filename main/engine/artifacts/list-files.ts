import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'

import type { JobEnvironment } from '../job/ports.ts'
import { ProgramFailed, outputOf } from './run-program.ts'

export type FileKind = 'file' | 'directory' | 'link' | 'special'

/** Where to look: a name itself, or a folder with everything below, a link to a folder being followed. */
export interface Place {
  readonly kind: 'name' | 'folder'
  /** Relative to the project, normalised. */
  readonly path: string
}

export interface Listing {
  /** By path relative to the project, parents before what is in them. */
  readonly files: ReadonlyMap<string, FileKind>
  /** Places that a symbolic link leads out of the project. */
  readonly outside: ReadonlySet<string>
  /** What `find` had to complain about, other than names that are not there. */
  readonly complaints: readonly string[]
}

const kinds: Readonly<Record<string, FileKind>> = { d: 'directory', f: 'file', l: 'link', o: 'special' }

// The image's find may be busybox's, which has no -printf: the shell's own printf tags each name with its kind.
// There are no parentheses because busybox forgets an `-exec … +` within them.
// Arguments are places: N and a name, or F and a folder. Only POSIX is needed of the shell.
const scriptWith = (filter: string) => String.raw`
root=$(pwd -P) || exit
inside() { real=$(cd "$1" 2>/dev/null && pwd -P) || return 2; case $real/ in "$root"/*) ;; *) return 1 ;; esac; }
failed=0
for place do
  path=./${'${place#?}'}
  case $place in N*) folder=${'${path%/*}'} target=$path ;; *) folder=$path target=$path/. ;; esac
  inside "$folder"
  case $? in 1) printf 'x%s\0' "$path"; continue ;; 2) continue ;; esac
  case $place in F*) [ -L "$folder" ] && printf 'y%s\0' "$path" ;; esac
  [ -L "$target" ] || [ -e "$target" ] || continue
  find "$target" \
    ${filter} -type f -exec sh -c 'printf "f%s\0" "$@"' find {} + -o \
    ${filter} -type d -exec sh -c 'printf "d%s\0" "$@"' find {} + -o \
    ${filter} -type l -exec sh -c 'printf "l%s\0" "$@"' find {} + -o \
    ${filter} ! -type f ! -type d ! -type l -exec sh -c 'printf "o%s\0" "$@"' find {} + || failed=1
done
exit $failed
`
const script = scriptWith('')
const newerScript = scriptWith('-newer "$0"')

const placesAtOnce = 200

/**
 * Lists files of the project without following links, except one that a folder to look in is itself.
 * @param newerThan a file in the container: only what was modified after it is listed.
 * @throws ProgramFailed when the container has no working `sh` or `find`.
 */
export async function listFiles(
  environment: JobEnvironment,
  projectDir: string,
  places: readonly Place[],
  signal: AbortSignal,
  newerThan?: string,
): Promise<Listing> {
  const found = new Map<string, FileKind>()
  const outside = new Set<string>()
  const complaints: string[] = []
  const followed = new Set<string>()

  const take = (entry: Buffer) => {
    const tag = String.fromCharCode(entry[0] ?? 0)
    const text = entry.toString('utf8', 1)
    const path = plainPath(text)
    if (tag === 'x') outside.add(path)
    else if (tag === 'y') followed.add(path)
    // A link that was followed is a link all the same; what it leads to is in another place.
    else if (path === '.' || (text.endsWith('/.') && followed.has(path))) return
    else if (!isUtf8(entry)) complaints.push(`${path}: not supported: name is not UTF-8`)
    else found.set(path, kinds[tag] ?? 'special')
  }

  const words = places.map(({ kind, path }) => (kind === 'name' ? 'N' : 'F') + path)
  for (let at = 0; at < words.length; at += placesAtOnce) {
    const some = words.slice(at, at + placesAtOnce)
    const command =
      newerThan === undefined
        ? ['sh', '-c', script, 'list', ...some]
        : ['sh', '-c', newerScript, newerThan, ...some]
    try {
      await eachEntry(outputOf(environment, command, { workingDir: projectDir }, signal), take)
    } catch (error) {
      // find answers 1 when a name vanished meanwhile or a folder may not be read; the rest is listed.
      if (!(error instanceof ProgramFailed) || error.exitCode !== 1) throw error
      complaints.push(...error.stderr.split('\n').filter((line) => line !== '' && !isAbsence.test(line)))
    }
  }
  const files = new Map<string, FileKind>()
  for (const path of [...found.keys()].sort()) files.set(path, found.get(path) ?? 'special')
  return { files, outside, complaints }
}

/** What `find` prints needs normalising only where a folder was looked into as `folder/.`. */
const plainPath = (text: string) =>
  text.startsWith('./') && !text.includes('/.') && !text.includes('//') && text.length > 2
    ? text.slice(2)
    : posix.normalize(text)

const isAbsence = /No such file or directory|Not a directory/

/** Names of files git does not track, ignored ones included, relative to the project. */
export async function listUntracked(
  environment: JobEnvironment,
  projectDir: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = []
  // The project may belong to the build container's user.
  const command = ['git', '-c', `safe.directory=${projectDir}`, 'ls-files', '-o', '-z']
  await eachEntry(outputOf(environment, command, { workingDir: projectDir }, signal), (entry) => {
    paths.push(entry.toString('utf8'))
  })
  return paths
}

/** Hands out what stands between NUL bytes. */
async function eachEntry(chunks: AsyncIterable<Buffer>, take: (entry: Buffer) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let from = 0
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      take(bytes.subarray(from, end))
      from = end + 1
    }
    rest = bytes.subarray(from)
  }
}
