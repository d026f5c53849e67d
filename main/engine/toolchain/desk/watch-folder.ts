import { mkdir, watch } from 'node:fs/promises'

/** Whenever something in a folder changes; the folder is made where it is not there. */
export async function* watchFolder(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    for await (const _ of watch(folder, { signal })) yield
  } catch (error) {
    // Where the system cannot watch, or nobody wants to know any more, there is nothing to tell.
    if (!signal.aborted && (error as NodeJS.ErrnoException).code !== 'ENOSYS') throw error
  }
}
