import type { ImagePull } from './job.ts'

/** A pull in numbers, for a line of text or a bar. */
export interface PullSums {
  readonly layers: number
  readonly layersDone: number
  readonly bytes: number
  /** A lower bound unless `isWhole`: an engine tells the size of a layer only once it downloads it. */
  readonly total: number
  readonly isWhole: boolean
  /** Absent until it can be told. */
  readonly secondsLeft?: number
}

export function sumUp({ layers, bytesPerSecond }: ImagePull): PullSums {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
  const bytes = sum(layers.map((layer) => layer.bytes))
  const total = sum(layers.map((layer) => layer.total ?? layer.bytes))
  const isWhole =
    layers.length > 0 &&
    layers.every(({ state, total }) => total !== undefined || state === 'done' || state === 'unpacking')
  return {
    layers: layers.length,
    layersDone: layers.filter(({ state }) => state === 'done').length,
    bytes,
    total,
    isWhole,
    ...(isWhole && bytesPerSecond > 0 && { secondsLeft: Math.ceil((total - bytes) / bytesPerSecond) }),
  }
}
