import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatGoDuration, parseGoDuration } from '../../main/contract/go-duration.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]

describe('parseGoDuration', () => {
  it.each([
    ['0', 0],
    ['+0', 0],
    ['30s', 30 * second],
    ['60m', hour],
    ['1h20m', hour + 20 * minute],
    ['2h4h30m30s', 6 * hour + 30 * minute + 30 * second],
    ['1.5h', 1.5 * hour],
    ['.5s', 500],
    ['5.s', 5 * second],
    ['+5m', 5 * minute],
    ['-10m', -10 * minute],
    ['20ms', 20],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['1ns', 0.000_001],
  ])('reads %s as %d ms', (text, milliseconds) => expect(parseGoDuration(text)).toBe(milliseconds))

  it.each([
    '',
    '-',
    '5',
    '1d',
    '1 h',
    ' 1h',
    '1h ',
    's',
    '.s',
    '1h30',
    '1H',
    '1,5s',
    '--1s',
    '1h-5m',
    '1e3s',
    'ten',
    '300y',
    '9999999h',
    'NaN',
    '1\u00a0s',
  ])('refuses %j', (text) => expect(parseGoDuration(text)).toBeUndefined())
})

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [hour, '1h0m0s'],
    [5 * minute, '5m0s'],
    [30 * second, '30s'],
    [1500, '1.5s'],
    [61_001, '1m1.001s'],
    [20, '20ms'],
    [0.0015, '1.5µs'],
    [0.000_001, '1ns'],
    [-90_000, '-1m30s'],
    [100 * hour, '100h0m0s'],
  ])('writes %d ms as %s', (milliseconds, text) => expect(formatGoDuration(milliseconds)).toBe(text))
})

it('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (milliseconds) => {
      // -0 and 0 are one duration.
      expect(parseGoDuration(formatGoDuration(milliseconds))).toBe(milliseconds + 0)
    }),
  )
})

it('adds groups up in any order', () => {
  const unit = fc.constantFrom(
    ['h', hour] as const,
    ['m', minute] as const,
    ['s', second] as const,
    ['ms', 1] as const,
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1000), unit), { minLength: 1 }), (groups) => {
      const text = groups.map(([count, [name]]) => `${count}${name}`).join('')
      const sum = groups.reduce((total, [count, [, size]]) => total + count * size, 0)
      expect(parseGoDuration(text)).toBe(sum)
    }),
  )
})

it('never reads a text with a character no duration has', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(/[^0-9.+\-nuµμmsh]/.test(text))
      expect(parseGoDuration(text)).toBeUndefined()
    }),
  )
})
