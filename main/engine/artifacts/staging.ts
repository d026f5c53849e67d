import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import type { JobContext } from '../job/context.ts'
import { ArchiveProblem } from './archive-problem.ts'

const name = 'ARCHIVER_STAGING_DIR'

/**
 * The folder of this machine in which archives are to be made. Only `environment` of the configuration may name it:
 * where the runner writes is no matter of a job's.
 */
export function stagingDir({ runner }: Pick<JobContext, 'runner'>): string | undefined {
  const entry = runner.environment.findLast((one) => one.startsWith(`${name}=`))
  const path = entry?.slice(name.length + 1) ?? ''
  return isAbsolute(path) ? path : undefined
}

export interface StagingFolder extends AsyncDisposable {
  readonly path: string
}

/** A new folder for archives on this machine. @throws ArchiveProblem where none can be made. */
export async function stagingFolder(context: Pick<JobContext, 'runner'>): Promise<StagingFolder> {
  const asked = stagingDir(context)
  const parent = asked ?? tmpdir()
  try {
    const path = await mkdtemp(join(parent, 'drydock-artifacts-'))
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  } catch (cause) {
    // Node ends it with the name of the folder that was to be made, which says nothing.
    const reason = (cause as Error).message.replace(/, mkdtemp .*/s, '')
    const remedy =
      asked === undefined ? '' : `. Make it, or take ${name} out of the runner's environment in config.toml`
    throw new ArchiveProblem(`archives cannot be put into ${parent}: ${reason}${remedy}`, { cause })
  }
}

/**
 * Writes an archive to a file of the folder.
 * @returns a function that reads it, as often as it is called.
 * @throws ArchiveProblem when the disk is full, and what `archive` throws.
 */
export async function stageArchive(
  folder: StagingFolder,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<() => AsyncIterable<Buffer>> {
  const file = join(folder.path, 'archive')
  try {
    await pipeline(archive, createWriteStream(file, { mode: 0o600 }), { signal })
  } catch (error) {
    throw fullDisk(error, folder) ?? error
  }
  return () => createReadStream(file, { highWaterMark: 1024 * 1024 })
}

/** The words for a disk that is full; `undefined` where something else is wrong. */
export function fullDisk(error: unknown, { path }: StagingFolder): ArchiveProblem | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return undefined
  return new ArchiveProblem(
    `no space left for the archive in ${path}. Free space there, or name a folder of a larger disk as ${name} in environment of config.toml`,
    { cause: error },
  )
}
