import type { ImagePull, LayerPull } from '../../contract/job.ts'
import type { Clock } from '../clock.ts'
import type { LayerProgress } from './port.ts'

/** How far the pull of one image is. */
export interface PullProgress {
  /** @returns whether it changed anything. */
  note(event: LayerProgress): boolean
  now(): ImagePull
}

// The engine's words for a layer, Docker's and Podman's.
const states: readonly (readonly [words: RegExp, state: LayerPull['state']])[] = [
  [/^(Pulling fs layer|Waiting)$/, 'waiting'],
  [/^Downloading$/, 'downloading'],
  [/^Retrying in /, 'retrying'],
  [/^(Verifying Checksum|Download complete|Extracting)$/, 'unpacking'],
  [/^(Pull complete|Already exists)$/, 'done'],
]

// Long enough to even out the engine's reports, short enough to notice a network that has slowed down.
const speedOverMs = 5000

/** Adds up what an engine reports about the layers of one image. */
export function createPullProgress(image: string, clock: Pick<Clock, 'monotonic'>): PullProgress {
  const layers = new Map<string, LayerPull>()
  const bytes = () => sum([...layers.values()].map((layer) => layer.bytes))
  /** What was there when; the first is the oldest that counts for the speed. */
  const marks = [{ at: clock.monotonic(), bytes: 0 }]

  return {
    note: ({ layer: id, status, current, total }) => {
      // Other lines with an id are about the tag.
      const state = states.find(([words]) => words.test(status))?.[1]
      if (state === undefined) return false
      const known = layers.get(id)
      const size = state === 'downloading' && total !== undefined && total > 0 ? total : known?.total
      layers.set(id, {
        id,
        state,
        bytes: bytesOf(state, known?.bytes ?? 0, current, size),
        ...(size !== undefined && { total: size }),
      })
      const at = clock.monotonic()
      if (at - (marks.at(-1)?.at ?? 0) >= speedOverMs / 10) marks.push({ at, bytes: bytes() })
      return true
    },
    now: () => {
      const at = clock.monotonic()
      while (marks.length > 1 && at - (marks[1]?.at ?? at) >= speedOverMs) marks.shift()
      const [since = { at, bytes: 0 }] = marks
      const seconds = (at - since.at) / 1000
      const bytesPerSecond = seconds > 0 ? Math.max(0, Math.round((bytes() - since.bytes) / seconds)) : 0
      return { image, layers: [...layers.values()], bytesPerSecond }
    },
  }
}

function bytesOf(state: LayerPull['state'], known: number, current = known, total = known): number {
  switch (state) {
    case 'waiting':
    case 'retrying':
      return known
    case 'downloading':
      return current
    case 'unpacking':
    case 'done':
      return total
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
