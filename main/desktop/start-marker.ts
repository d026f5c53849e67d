import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface StartMarker {
  /** How many starts before this one, in a row, never showed a working window. */
  readonly failedStarts: number
  /** This start has worked. */
  arrived(): void
}

/** Counts starts that did not get far, so that the next one can leave out what may have been the cause. */
export function markStart(file: string): StartMarker {
  const failedStarts = countIn(file)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, String(failedStarts + 1))
  } catch {
    // A disk that cannot be written is no reason not to start.
  }
  return { failedStarts, arrived: () => rmSync(file, { force: true }) }
}

/** From here on a start leaves out hardware acceleration and the remembered place of the window. */
export const isCareful = ({ failedStarts }: StartMarker) => failedStarts >= 2

function countIn(file: string): number {
  try {
    const count = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(count) && count > 0 ? count : 0
  } catch {
    return 0
  }
}
