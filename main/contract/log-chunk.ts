/** A piece of a job's log, already masked. `text` is whole UTF-8 characters starting at byte `offset`. */
export interface LogChunk {
  readonly offset: number
  readonly text: string
  readonly nextOffset: number
  /** True once with the last chunk of a finished job. */
  readonly ended: boolean
}
