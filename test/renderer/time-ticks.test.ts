import { expect, it } from 'vitest'

import { timeTicks } from '../../renderer/charts/time-ticks.ts'

const days = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1))

it.each([
  { count: 0, ticks: [] },
  { count: 1, ticks: ['1'] },
  { count: 5, ticks: ['1', '2', '3', '4', '5'] },
  { count: 7, ticks: ['1', '3', '5', '7'] },
  { count: 24, ticks: ['4', '9', '14', '19', '24'] },
  { count: 30, ticks: ['6', '12', '18', '24', '30'] },
  { count: 90, ticks: ['18', '36', '54', '72', '90'] },
])('an axis of $count steps names $ticks: evenly, up to now', ({ count, ticks }) => {
  expect(timeTicks(days(count))).toEqual(ticks)
})
