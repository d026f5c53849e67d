import type { LogStream } from '../job/ports.ts'

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

export interface MeterOptions {
  readonly label: 'Uploading artifacts' | 'Downloading artifacts' | 'Uploading cache' | 'Downloading cache'
  /** Milliseconds; 0 = draw nothing. */
  readonly interval: number
  readonly total?: number
  readonly log: LogStream
}

/** A meter that is told how far a transfer is. Disposing draws it a last time. */
export interface Meter extends AsyncDisposable {
  /** Bytes since the beginning. */
  show(done: number): Promise<void>
}

/** Draws at once, after every interval, and at the end. */
export async function startMeter({ label, interval, total, log }: MeterOptions): Promise<Meter> {
  const started = performance.now()
  let drawn = started
  let done = 0
  const draw = async (end = '') => {
    if (interval > 0)
      await log.write(meterText(label, done, (performance.now() - started) / 1000, total) + end)
  }
  await draw()
  return {
    async show(now) {
      done = now
      if (performance.now() - drawn < interval) return
      drawn = performance.now()
      await draw()
    },
    [Symbol.asyncDispose]: () => draw('\n'),
  }
}

/** Passes bytes on and draws how far they are. */
export async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  options: MeterOptions,
): AsyncGenerator<Uint8Array> {
  if (options.interval <= 0) return yield* chunks
  await using meter = await startMeter(options)
  let done = 0
  for await (const chunk of chunks) {
    yield chunk
    done += chunk.length
    await meter.show(done)
  }
}
