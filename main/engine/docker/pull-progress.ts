import type { Clock } from '../clock.ts'
import type { JobOutput } from '../job/ports.ts'
import type { LayerProgress } from './port.ts'

const quietForMs = 10_000

/** A line of progress for the job's log at most every ten seconds; a short pull prints none. */
export function watchProgress(name: string, clock: Clock, output: JobOutput): (event: LayerProgress) => void {
  const layers = new Map<string, { current: number; total: number; done: boolean }>()
  const begunAt = clock.monotonic()
  let spokenAt = begunAt
  return ({ layer, status, current, total }) => {
    const known = layers.get(layer)
    const isDone = status === 'Download complete' || status === 'Pull complete' || status === 'Already exists'
    if (isDone || status === 'Downloading' || status === 'Pulling fs layer' || known !== undefined) {
      layers.set(layer, {
        current:
          status === 'Downloading' ? (current ?? 0) : isDone ? (known?.total ?? 0) : (known?.current ?? 0),
        total: status === 'Downloading' ? (total ?? known?.total ?? 0) : (known?.total ?? 0),
        done: isDone || (known?.done ?? false),
      })
    }
    const now = clock.monotonic()
    if (now - spokenAt < quietForMs) return
    spokenAt = now
    const all = [...layers.values()]
    const bytes = sum(all.map((one) => one.current))
    // A line nobody could write must not end the pull.
    output
      .plain(
        `Pulling ${name}: ${all.filter(({ done }) => done).length} of ${all.length} layers, ${megabytes(bytes)} of ${megabytes(sum(all.map((one) => one.total)))}, ${megabytes((bytes * 1000) / (now - begunAt))}/s`,
      )
      .catch(() => undefined)
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
