const nanosecondsOf: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  // U+00B5 and U+03BC look alike; Go reads both.
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const group = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y

// Go counts nanoseconds in 64 bits.
const longest = 2n ** 63n - 1n

/**
 * Reads a Go duration such as `1h20m`, `-1.5s` or `0`: groups of number and unit that add up, no spaces, no days
 * (job-execution.md §4.2).
 * @returns milliseconds, fractional below one; `undefined` for anything else, also for more than 292 years.
 */
export function parseGoDuration(text: string): number | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  const groups = text.slice(sign.length)
  if (groups === '0') return 0
  if (groups === '') return undefined

  let total = 0n
  group.lastIndex = 0
  while (group.lastIndex < groups.length) {
    const [, whole = '', fraction = '', unit = ''] = group.exec(groups) ?? []
    const size = nanosecondsOf[unit]
    if (size === undefined || whole + fraction === '') return undefined
    total += BigInt(whole === '' ? 0 : whole) * size
    total += (BigInt(fraction === '' ? 0 : fraction) * size) / 10n ** BigInt(fraction.length)
  }
  if (total > longest) return undefined
  return toMilliseconds(sign === '-' ? -total : total)
}

/** Writes a duration as Go prints it: `1h0m0s`, `5m0s`, `1.5s`, `20ms` (job-execution.md §2.5). */
export function formatGoDuration(milliseconds: number): string {
  const nanoseconds = toNanoseconds(Math.abs(milliseconds))
  if (nanoseconds === 0n) return '0s'
  const sign = milliseconds < 0 ? '-' : ''
  for (const unit of ['ns', '\u00b5s', 'ms'] as const) {
    const size = nanosecondsOf[unit] ?? 1n
    if (nanoseconds < size * 1000n) return `${sign}${decimal(nanoseconds, size)}${unit}`
  }
  const [second, minute, hour] = [1_000_000_000n, 60_000_000_000n, 3_600_000_000_000n]
  const hours = nanoseconds >= hour ? `${nanoseconds / hour}h` : ''
  const minutes = nanoseconds >= minute ? `${(nanoseconds % hour) / minute}m` : ''
  return `${sign}${hours}${minutes}${decimal(nanoseconds % minute, second)}s`
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`
}

function toMilliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6
}

function toNanoseconds(milliseconds: number): bigint {
  const whole = Math.trunc(milliseconds)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6))
}
