import type { Readable, Writable } from 'node:stream'

import type { Logger } from 'pino'

import type { Clock } from '../engine/clock.ts'
import type { Surroundings } from '../engine/config/locations.ts'

/** What commands, and the engine they start, may touch of the world. */
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
}
