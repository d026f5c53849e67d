import { ArchiveProblem } from './archive-problem.ts'
import { entriesOfRun, type ArchiveEntry } from './read-files.ts'
import type { TarRun } from './tar-run.ts'

/** What an archive's table of contents says of an entry. */
export interface EntryHead {
  /** Relative to where the archive is extracted to, normalised. */
  readonly path: string
  readonly kind: ArchiveEntry['kind']
  readonly size: number
  /** Seconds since the epoch. */
  readonly mtime: number
}

/** An archive on disk, looked through: every name is inside, every entry is a file, a folder or a link. */
export interface StoredArchive extends AsyncDisposable {
  readonly heads: readonly EntryHead[]
  /**
   * Entries with their content, in the order they are stored; short files in runs.
   * @throws ArchiveProblem when the content is damaged.
   */
  read(): AsyncGenerator<StoredPiece>
}

/** A run of a stored archive has files only, named by where they belong. */
export type StoredPiece = ArchiveEntry | TarRun

/** Single entries of a stored archive. */
export async function* singly(pieces: AsyncIterable<StoredPiece>): AsyncGenerator<ArchiveEntry> {
  for await (const piece of pieces) {
    if (piece.kind === 'run') yield* entriesOfRun(piece)
    else yield piece
  }
}

// Deflate makes nothing more than 1032 times smaller, so only what was made to burst goes beyond.
const largestRatio = 1100
const alwaysAllowed = 1024 ** 3

/** Refuses an archive that would fill the disk. @throws ArchiveProblem */
export function checkUnpackedSize(unpacked: number, packed: number): void {
  if (unpacked > alwaysAllowed + largestRatio * packed) {
    throw new ArchiveProblem(
      `the archive would grow from ${packed} to more than ${unpacked} bytes and is taken for a bomb`,
    )
  }
}

/**
 * The path of an entry below the target folder; `undefined` for the folder itself.
 * @throws ArchiveProblem when the name is absolute or leads out.
 */
export function pathInside(name: string, targetDir: string): string | undefined {
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts[0] !== '..') parts.pop()
    else parts.push(part)
  }
  if (name.startsWith('/') || parts[0] === '..' || name.includes('\0')) {
    throw new ArchiveProblem(
      `${JSON.stringify(name).slice(1, -1)} cannot be extracted outside of chroot (${targetDir})`,
    )
  }
  return parts.length === 0 ? undefined : parts.join('/')
}
