import type { HelperLevel, LogFields, StageLog } from './helper-log.ts'

/** The log of work done ahead of its turn. */
export interface HeldLog {
  readonly log: StageLog
  /** Its turn has come: writes what was said so far; from now on nothing is held. */
  release(): Promise<void>
}

/** Holds lines back until their turn, so that work done side by side reads as if done in order; meters are not kept. */
export function heldLog(log: StageLog): HeldLog {
  let held: (() => Promise<void>)[] | undefined = []
  const say = async (line: () => Promise<void>) => {
    if (held) held.push(line)
    else await line()
  }
  const at = (level: HelperLevel) => (message: string, fields?: LogFields) =>
    say(() => log.helper[level](message, fields))
  return {
    log: {
      notice: (text) => say(() => log.notice(text)),
      caution: (text) => say(() => log.caution(text)),
      helper: { info: at('info'), warning: at('warning'), error: at('error'), fatal: at('fatal') },
      meter: {
        write: async (chunk) => {
          if (!held) await log.meter.write(chunk)
        },
        end: () => Promise.resolve(),
      },
      onTransfer: log.onTransfer,
    },
    async release() {
      for (let line = held?.shift(); line; line = held?.shift()) await line()
      held = undefined
    },
  }
}
