import type { Instant } from './instant.ts'

/** `volume`: builds and cache volumes of projects; `cache`: local cache archives; `logs`: finished jobs of a project. */
export const diskKinds = ['image', 'volume', 'cache', 'logs'] as const
export type DiskKind = (typeof diskKinds)[number]

/** Something Drydock has on a disk. */
export interface DiskItem {
  readonly kind: DiskKind
  /** Tells it from others of its kind. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** Absent where several or unknown projects use it. */
  readonly project?: string
  /** What removing it frees. */
  readonly bytes: number
  /** Of the last job that used it; absent where nobody knows. */
  readonly lastUsedAt?: Instant
  /** Why it is not removed to make room, in words; absent where it may be. */
  readonly keptBecause?: string
}

/** What Drydock has on the disk, and the limits it keeps. */
export interface DiskUsage {
  readonly items: readonly DiskItem[]
  /** Bytes of images, volumes and caches that count for the budget: those Drydock made or pulled. */
  readonly counted: number
  /** Bytes; 0 = any. */
  readonly budget: number
  /** Bytes that are free where Drydock and, if it is this machine's, the Docker engine keep their data. */
  readonly free: number
  /** Bytes below which no new job is asked for. */
  readonly reserve: number
}

/** What was removed, or would be. */
export interface Pruned {
  readonly items: readonly DiskItem[]
  readonly bytes: number
  /** What could not be removed, each as a sentence. */
  readonly problems: readonly string[]
}
