import type { EngineModule } from './engine-port.ts'
import type { Option, OptionValues } from './option.ts'
import type { Terminal } from './terminal.ts'

export interface CommandTerminal extends Terminal {
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
  run(values: OptionValues, terminal: CommandTerminal): Promise<number>
}

/** Something the user can mend; its message is the whole output. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}
