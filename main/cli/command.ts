import type { Readable, Writable } from 'node:stream'

import type { Logger } from 'pino'

import type { Clock } from '../engine/clock.ts'
import type { Surroundings } from '../engine/config/locations.ts'
import type { EngineModule } from './engine-port.ts'
import type { Option, OptionValues } from './option.ts'

/** What commands may touch of the world. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly around: Surroundings
  readonly hostname: string
  readonly clock: Clock
  readonly logger: Logger
  /** Keeps a text out of everything that is logged from now on. */
  hide(secret: string): void
  /** Takes over what the configuration says of logging, where command line and environment say nothing. */
  followLogSettings(settings: {
    readonly log_level?: string | undefined
    readonly log_format?: string | undefined
  }): void
  /** Aborts when the user presses Ctrl-C or the system asks to end. Only for commands that do not run jobs. */
  readonly interrupted: AbortSignal
  /** Loads the engine with its native parts; only commands that need it may ask. */
  engine(): Promise<EngineModule>
}

export interface Command {
  /** One of these stands behind the command's name, as the first of its arguments. */
  readonly verbs?: readonly [string, ...string[]]
  /** Names of what may stand behind the verb, or behind the command's name where it has no verbs. */
  readonly arguments?: readonly string[]
  readonly options: readonly Option[]
  /** Resolves to the exit code. A rejection is printed and exits with 1. */
  run(values: OptionValues, terminal: Terminal): Promise<number>
}

/** Something the user can mend; its message is the whole output. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}
