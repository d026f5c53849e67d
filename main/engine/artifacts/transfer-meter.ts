import type { StageLog } from './helper-log.ts'
import { recentRate } from './recent-rate.ts'

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

function scaled(value: number, digits: number): string {
  let unit = 0
  let rest = value
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000
    unit += 1
  }
  return unit === 0 ? `${Math.floor(rest)} B` : `${rest.toFixed(digits)} ${units[unit]}`
}

/**
 * One drawing of the meter (job-execution.md §13).
 * @param seconds since the transfer began.
 * @param total bytes; `undefined` where unknown.
 */
export function meterText(label: string, done: number, seconds: number, total?: number): string {
  const rate = scaled(seconds > 0 ? done / seconds : 0, 1)
  const of = total === undefined ? '' : `/${scaled(total, 2)}`
  return `\r${label} ${scaled(done, 2)}${of} (${rate}/s)${' '.repeat(16)}`
}

const transfers = {
  'Uploading artifacts': { what: 'artifacts', direction: 'up' },
  'Downloading artifacts': { what: 'artifacts', direction: 'down' },
  'Uploading cache': { what: 'cache', direction: 'up' },
  'Downloading cache': { what: 'cache', direction: 'down' },
} as const

export interface MeterOptions {
  readonly label: keyof typeof transfers
  /** Milliseconds between two drawings in the log; 0 = draw nothing. */
  readonly interval: number
  readonly total?: number
  readonly log: Pick<StageLog, 'meter' | 'onTransfer'>
  readonly now?: () => number
}

/** A meter that is told how far a transfer is. Disposing draws it a last time. */
export interface Meter extends AsyncDisposable {
  /** Bytes since the beginning. */
  show(done: number): Promise<void>
}

/** How often the application hears of it. */
const tellEvery = 250

/**
 * Draws at once, after every interval, and at the end, where the job asks for it; tells the application how far the
 * transfer is in any case.
 */
export async function startMeter({
  label,
  interval,
  total,
  log,
  now = () => performance.now(),
}: MeterOptions): Promise<Meter> {
  const started = now()
  const rate = recentRate(started)
  const key = Symbol(label)
  let drawn = started
  let told = started
  let done = 0
  let toldBytes = 0
  const tell = (bytesPerSecond: number) => {
    toldBytes = done
    log.onTransfer(key, {
      ...transfers[label],
      bytes: done,
      bytesPerSecond,
      ...(total !== undefined && { total }),
    })
  }
  const draw = async (end = '') => {
    if (interval > 0) await log.meter.write(meterText(label, done, (now() - started) / 1000, total) + end)
  }
  tell(0)
  await draw()
  return {
    async show(bytes) {
      done = bytes
      const at = now()
      if (at - told >= tellEvery) {
        told = at
        tell(rate.note(at, done))
      }
      if (interval <= 0 || at - drawn < interval) return
      drawn = at
      await draw()
    },
    async [Symbol.asyncDispose]() {
      // With all its bytes, which are added up.
      if (done !== toldBytes) tell(rate.note(now(), done))
      log.onTransfer(key, undefined)
      await draw('\n')
    },
  }
}

/** Passes bytes on and shows how far they are. */
export async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  options: MeterOptions,
): AsyncGenerator<Uint8Array> {
  await using meter = await startMeter(options)
  let done = 0
  for await (const chunk of chunks) {
    yield chunk
    done += chunk.length
    await meter.show(done)
  }
}
