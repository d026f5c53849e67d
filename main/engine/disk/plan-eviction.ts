import { say } from '../../contract/sentences/say.ts'
import type { DiskItem } from '../../contract/disk.ts'

export interface EvictionLimits {
  /** Bytes that may stay; 0 = any. */
  readonly budget: number
  /** Bytes to free at least, whatever the budget says. */
  readonly toFree: number
  /** Everything that may go goes. */
  readonly all?: boolean
}

/**
 * What must go, least recently used first, so that the budget holds and enough is free, and nothing beyond that. What
 * is kept for a reason is never among it, even if the limits then do not hold.
 */
export function planEviction<Item extends DiskItem>(
  items: readonly Item[],
  { budget, toFree, all = false }: EvictionLimits,
): readonly Item[] {
  const counted = items.filter(countsForBudget)
  let over = all ? Infinity : budget > 0 ? countedBytes(items) - budget : 0
  let missing = toFree
  const going: Item[] = []
  for (const item of counted.filter(({ keptBecause }) => keptBecause === undefined).toSorted(byAge)) {
    if (over <= 0 && missing <= 0) break
    // Removing what takes nothing helps nobody.
    if (item.bytes === 0 && !all) continue
    going.push(item)
    over -= item.bytes
    missing -= item.bytes
  }
  return going
}

/** Logs have rules of their own, and what others brought is not ours to count. */
export const countsForBudget = ({ kind, keptBecause }: DiskItem): boolean =>
  kind !== 'logs' && keptBecause !== notOurs

export const countedBytes = (items: readonly DiskItem[]): number =>
  items.filter(countsForBudget).reduce((sum, { bytes }) => sum + bytes, 0)

/** The reason for images that jobs use and somebody else brought to the engine. */
export const notOurs = say('kept-not-ours')

const byAge = (a: DiskItem, b: DiskItem) =>
  (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0) || b.bytes - a.bytes || (a.id < b.id ? -1 : 1)
