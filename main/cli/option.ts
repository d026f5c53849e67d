/** One flag of a command, as config-toml.md's tables write it. */
export interface Option {
  /** Without dashes, such as `docker-image`; one letter is written with one dash. */
  readonly names: readonly [string, ...string[]]
  /** Environment variable read when the flag is absent. */
  readonly env?: string
  /** `flag` takes no value but may be given one (`--locked=false`); `list` and `map` are repeated. */
  readonly kind: 'text' | 'number' | 'flag' | 'list' | 'map'
  readonly help: string
  /** A list whose elements may be joined by commas. */
  readonly commas?: true
}

/** A mistake on the command line. The message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export type OptionValue = string | number | boolean | readonly string[] | Readonly<Record<string, string>>

/** What the command line and the environment gave, by an option's first name. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, OptionValue>
  /** Arguments behind the options. */
  readonly rest: readonly string[]
  /** Options that stand on the command line itself; the others come from the environment. */
  readonly typed: ReadonlySet<string>

  constructor(values: ReadonlyMap<string, OptionValue>, rest: readonly string[], typed: ReadonlySet<string>) {
    this.#values = values
    this.rest = rest
    this.typed = typed
  }

  get(name: string): OptionValue | undefined {
    return this.#values.get(name)
  }

  /** `undefined` also for an empty text, which gitlab-runner cannot tell from an absent one. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name)
    return typeof value === 'boolean' ? value : undefined
  }
}
