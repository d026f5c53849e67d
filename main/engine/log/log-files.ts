import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { compressedPath } from './finished-log.ts'

/** Path of a job's log, without the ending of its compressed form. @param id Drydock's id of the job. */
export const logPath = (dir: string, id: number) => join(dir, `job-${id}.log`)

const ours = /^job-(\d+)\.log(?:\.gz(?:\.part)?)?$/u

/** Bytes that each job's log takes on disk. What does not bear our names is not looked at. */
export async function logSizes(dir: string): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>()
  for (const name of await namesIn(dir)) {
    const id = Number(ours.exec(name)?.[1])
    if (!Number.isSafeInteger(id)) continue
    // A log may be compressed, and so renamed, between the two calls.
    const { size } = await stat(join(dir, name)).catch(() => ({ size: 0 }))
    sizes.set(id, (sizes.get(id) ?? 0) + size)
  }
  return sizes
}

/** Removes a log in all its forms. */
export async function removeLog(dir: string, id: number): Promise<void> {
  const path = logPath(dir, id)
  for (const form of [path, compressedPath(path), `${compressedPath(path)}.part`])
    await rm(form, { force: true })
}

async function namesIn(dir: string): Promise<readonly string[]> {
  return await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
