import type { Clock } from '../../engine/clock.ts'

const minute = 60_000
const warnAt = [5 * minute, minute]
const close = 1_000

/** When something is over, as far as is known. */
export interface Ending {
  /** Milliseconds since the epoch. */
  readonly until: number
}

/**
 * Warns five minutes and one minute before something is over, anew when it was prolonged, until the signal or its end.
 * @param look what is so now; `undefined` once it is over.
 */
export async function warnInTime(
  clock: Clock,
  look: () => Promise<Ending | undefined>,
  warn: (ending: Ending & { readonly minutes: number }) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let ending = await look(); ending !== undefined; ending = await look()) {
    const { until } = ending
    const left = until - clock.now()
    const next = warnAt.find((ahead) => ahead + close < left)
    await clock.sleep(next === undefined ? Math.max(left, 0) + close : left - next, signal)
    const isProlonged = (await look())?.until !== until
    if (next !== undefined && !isProlonged) warn({ until, minutes: next / minute })
  }
}
