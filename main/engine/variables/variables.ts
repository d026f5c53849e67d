/** One variable of a job, expanded. */
export interface Variable {
  readonly key: string
  readonly value: string
  /** Reaches service containers: public ones of the payload, and all the runner itself adds. */
  readonly forServices: boolean
  readonly masked: boolean
  readonly file: boolean
}

/** Variables of a job in order; of several with one name the last counts (job-execution.md §8.1). */
export interface Variables {
  readonly list: readonly Variable[]
  /** The value, of a file variable its content; `''` where there is none. */
  get(key: string): string
  /** Replaces `$NAME` and `${NAME}` once (job-execution.md §8.3); a file variable yields its path. */
  expand(text: string): string
  /** The same list with `key` set to `value`: in place where it stands, else at the end. */
  with(key: string, value: string): Variables
}
