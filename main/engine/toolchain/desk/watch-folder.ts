import { mkdir, watch } from 'node:fs/promises'

/** Once when it begins to listen, then whenever something in a folder changes; the folder is made where it is not there. */
export async function* watchFolder(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const changes = watch(folder, { signal })[Symbol.asyncIterator]()
    let next = changes.next()
    // Nobody may ask for it before the end.
    next.catch(() => undefined)
    yield
    for (; (await next).done !== true; next = changes.next()) yield
  } catch (error) {
    // Where the system cannot watch, or nobody wants to know any more, there is nothing to tell.
    if (!signal.aborted && (error as NodeJS.ErrnoException).code !== 'ENOSYS') throw error
  }
}
