import type { Clock } from '../engine/clock.ts'
import { noRuledPause, reasonToPause, ruleOnPause, type PauseReason, type RuledPause } from './pause-rules.ts'
import type { SettingsStore } from './settings.ts'

/** Electron's `powerMonitor`, as far as it is asked. */
export interface PowerSource {
  isOnBatteryPower(): boolean
  onChange(listener: () => void): void
}

export interface RulesParts {
  readonly settings: Pick<SettingsStore, 'current'>
  readonly power: PowerSource
  readonly clock: Clock
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  /** Why Drydock is paused by its rules; undefined when it is not. */
  readonly onReason: (why: PauseReason | undefined) => void
}

export interface Rules {
  /** Looks again. @param isPaused as the engine says; undefined while there is none. */
  look(isPaused: boolean | undefined): void
  /** Looks every minute and whenever the power changes, until the signal aborts. */
  keep(signal: AbortSignal): Promise<void>
}

const lookEveryMs = 60_000

/** Applies the rules on battery and quiet hours to the engine. */
export function keepRules({ settings, power, clock, pause, resume, onReason }: RulesParts): Rules {
  let ruled: RuledPause = noRuledPause
  let lastKnown: boolean | undefined

  function look(isPaused: boolean | undefined): void {
    lastKnown = isPaused
    if (isPaused === undefined) {
      // The next engine has been told nothing.
      ruled = noRuledPause
      return
    }
    const circumstances = { onBattery: power.isOnBatteryPower(), now: new Date(clock.now()) }
    const { now, act } = ruleOnPause(ruled, reasonToPause(settings.current(), circumstances), isPaused)
    const [before, after] = [shownBy(ruled), shownBy(now)]
    ruled = now
    if (before !== after) onReason(after)
    // An engine that is lost meanwhile will be looked at anew.
    if (act !== undefined) void (act === 'pause' ? pause : resume)().catch(() => undefined)
  }

  return {
    look,
    async keep(signal) {
      power.onChange(() => look(lastKnown))
      while (!signal.aborted) {
        await clock.sleep(lookEveryMs, signal).catch(() => undefined)
        if (!signal.aborted) look(lastKnown)
      }
    },
  }
}

const shownBy = ({ reason, pause }: RuledPause) => (pause === 'none' ? undefined : reason)
