import { statfs } from 'node:fs/promises'

export interface FreeSpace {
  readonly folder: string
  readonly bytes: number
}

/** The fullest of the disks that the folders lie on. A folder that is not of this machine is left out. */
export async function leastFree(folders: readonly string[]): Promise<FreeSpace> {
  const found = await Promise.all(
    folders
      .map(async (folder) => {
        const { bavail, bsize } = await statfs(folder)
        return { folder, bytes: bavail * bsize }
      })
      .map((one) => one.catch(() => undefined)),
  )
  return found
    .filter((one) => one !== undefined)
    .reduce((least, one) => (one.bytes < least.bytes ? one : least), { folder: '', bytes: Infinity })
}
