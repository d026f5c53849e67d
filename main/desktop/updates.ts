import type { Clock } from '../engine/clock.ts'

/** Where new versions come from. */
export interface UpdateFeed {
  /** The version on offer; undefined when there is nothing new. Rejects when the feed cannot be read or trusted. */
  check(): Promise<string | undefined>
  /** Fetches it and checks its signature. */
  download(): Promise<void>
  /** Ends the application and starts the new one. @throws Error what stood in the way: the application goes on. */
  restart(): Promise<void>
}

export interface UpdateOptions {
  readonly feed: UpdateFeed
  readonly currentVersion: string
  readonly isWanted: () => boolean
  readonly clock: Clock
  /** A version has been fetched and waits for a restart. */
  readonly onReady: (version: string) => void
  readonly onProblem: (error: unknown) => void
}

const checkEveryMs = 6 * 60 * 60 * 1000

/** Looks for updates and fetches them, never installing one by itself. Ends when one is ready or the signal aborts. */
export async function fetchUpdates(options: UpdateOptions, signal: AbortSignal): Promise<void> {
  const { feed, currentVersion, isWanted, clock, onReady, onProblem } = options
  while (!signal.aborted) {
    try {
      const version = isWanted() ? await feed.check() : undefined
      // A feed that was tampered with may offer an old version with known holes.
      if (version !== undefined && isNewer(version, currentVersion)) {
        await feed.download()
        if (!signal.aborted) onReady(version)
        return
      }
    } catch (error) {
      onProblem(error)
    }
    await clock.sleep(checkEveryMs, signal).catch(() => undefined)
  }
}

/** Versions of three numbers; whatever else is written in one makes it no newer. */
export function isNewer(offered: string, current: string): boolean {
  const [theirs, ours] = [numbersOf(offered), numbersOf(current)]
  if (theirs === undefined || ours === undefined) return false
  const differing = theirs.findIndex((number, index) => number !== ours[index])
  return differing >= 0 && theirs[differing]! > ours[differing]!
}

function numbersOf(version: string): readonly number[] | undefined {
  return /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version)?.slice(1).map(Number)
}
