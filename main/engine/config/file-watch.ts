import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

import type { Clock } from '../clock.ts'
import { followLinks } from './replace-file.ts'

/** Longest time an outside edit may go unnoticed where the system tells nothing (network drives, containers). */
const lookEvery = 2500
/** An editor that truncates and then writes must have been quiet this long. */
const quiet = 250

/**
 * Calls `onChange` after the file changed, appeared or vanished, at the latest `lookEvery` + `quiet` milliseconds
 * after it. Disposing waits for a call that has begun.
 */
export async function watchFile(
  file: string,
  known: Fingerprint,
  clock: Clock,
  onChange: () => Promise<void>,
): Promise<AsyncDisposable> {
  const stop = new AbortController()
  const bell = await hints(file)
  const watching = keepLooking()

  async function keepLooking(): Promise<void> {
    while (!stop.signal.aborted) {
      await Promise.race([clock.sleep(lookEvery, stop.signal), bell.rung()]).catch(() => undefined)
      if (stop.signal.aborted) return
      let found = await fingerprint(file)
      if (found === known) continue
      for (let before; before !== found; found = await fingerprint(file)) {
        before = found
        await clock.sleep(quiet, stop.signal).catch(() => undefined)
      }
      if (stop.signal.aborted) return
      known = found
      await onChange()
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      bell.close()
      await watching
    },
  }
}

export type Fingerprint = string

/** Changes whenever the file does, also when another file takes its place within the same millisecond. */
export async function fingerprint(file: string): Promise<Fingerprint> {
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  return found ? [found.mtimeNs, found.ctimeNs, found.size, found.ino].join(' ') : 'missing'
}

/** The system's word that something may have happened in the file's directory; only ever a hint. */
async function hints(file: string) {
  let ring = Promise.withResolvers<void>()
  const watcher = await listen(file, () => ring.resolve())
  return {
    async rung(): Promise<void> {
      await ring.promise
      ring = Promise.withResolvers()
    },
    close: () => watcher?.close(),
  }
}

/** The directory is watched, not the file: whoever replaces a file by renaming takes a watch on it away. */
async function listen(file: string, onHint: () => void): Promise<FSWatcher | undefined> {
  const target = await followLinks(file).catch(() => file)
  try {
    const watcher = watch(dirname(target), { persistent: false }, (_, name) => {
      if (name === null || name === basename(target)) onHint()
    })
    return watcher.on('error', () => watcher.close())
  } catch {
    // Where the directory does not exist yet, or cannot be watched, looking every few seconds must do.
    return undefined
  }
}
