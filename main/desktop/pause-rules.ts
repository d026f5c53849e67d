import type { DesktopSettings } from './settings.ts'

/** Why the machine wants no new job now, in words that follow "paused". */
export type PauseReason = 'on battery' | `quiet hours until ${string}`

export type PauseSettings = Pick<DesktopSettings, 'pauseOnBattery' | 'quietHours'>

/** @param now as the user's wall clock shows it. */
export function reasonToPause(
  { pauseOnBattery, quietHours }: PauseSettings,
  { onBattery, now }: { readonly onBattery: boolean; readonly now: Date },
): PauseReason | undefined {
  if (pauseOnBattery && onBattery) return 'on battery'
  return quietHours !== null && isQuietAt(quietHours, now) ? `quiet hours until ${quietHours.to}` : undefined
}

/** @param now as the user's wall clock shows it. */
export function isQuietAt(quietHours: PauseSettings['quietHours'], now: Date): boolean {
  if (quietHours === null) return false
  const time = `${pad(now.getHours())}:${pad(now.getMinutes())}`
  const { from, to } = quietHours
  return from <= to ? from <= time && time < to : from <= time || time < to
}

const pad = (number: number) => String(number).padStart(2, '0')

/** What the rules have done so far. */
export interface RuledPause {
  readonly reason?: PauseReason
  /** `asked` until the engine says that it is paused; then the pause is `ours` until somebody resumes. */
  readonly pause: 'none' | 'asked' | 'ours'
}

export const noRuledPause: RuledPause = { pause: 'none' }

/**
 * A reason that appears pauses, and resumes when it goes. A pause of the user's own is left alone, and so is a user who
 * resumes in spite of the reason.
 */
export function ruleOnPause(
  before: RuledPause,
  reason: PauseReason | undefined,
  isPaused: boolean,
): { readonly now: RuledPause; readonly act?: 'pause' | 'resume' } {
  if (reason === undefined) {
    return before.pause === 'none' ? { now: noRuledPause } : { now: noRuledPause, act: 'resume' }
  }
  if (before.reason === undefined)
    return isPaused ? { now: { reason, pause: 'none' } } : { now: { reason, pause: 'asked' }, act: 'pause' }
  if (before.pause === 'asked') return { now: { reason, pause: isPaused ? 'ours' : 'asked' } }
  return { now: { reason, pause: before.pause === 'ours' && isPaused ? 'ours' : 'none' } }
}
