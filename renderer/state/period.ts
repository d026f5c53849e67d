import type { Instant } from '../../main/contract/instant.ts'
import { startOfDay } from './today.ts'

/** How far back is looked. */
export const periods = ['today', 'week', 'month', 'quarter'] as const
export type Period = (typeof periods)[number]

const days = { week: 7, month: 30, quarter: 90 } as const

/** Whole days where this screen stands, so that the answer does not change with every second. */
export function sinceOf(period: Period, now: Instant): Instant {
  const today = startOfDay(now)
  if (period === 'today') return today
  const from = new Date(today)
  from.setDate(from.getDate() - days[period] + 1)
  return from.getTime()
}
