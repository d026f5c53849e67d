import { expand } from './expand.ts'

/** One variable of a job, expanded. */
export interface Variable {
  readonly key: string
  readonly value: string
  /** Reaches service containers: public ones of the payload, and all the runner itself adds. */
  readonly forServices: boolean
  readonly masked: boolean
  readonly file: boolean
}

/** A variable before expansion. */
export interface WrittenVariable extends Variable {
  /** Never expanded. */
  readonly raw: boolean
}

/** Variables of a job in order; of several with one name the last counts (job-execution.md §8.1). */
export interface Variables {
  readonly list: readonly Variable[]
  /** The value, of a file variable its content; `''` where there is none. */
  get(key: string): string
  /** Replaces `$NAME` and `${NAME}` once (job-execution.md §8.3); a file variable yields its path. */
  expand(text: string): string
  /** The same list with `key` set to `value`: in place where it stands first, else at the end. */
  with(key: string, value: string): Variables
}

/**
 * Expands each value once against the list as written (job-execution.md §8.3).
 * @param tmp directory of the job's file variables.
 */
export function expandVariables(written: readonly WrittenVariable[], tmp: string): Variables {
  const unexpanded = lookUp(written, tmp)
  return variablesOf(
    written.map(({ raw, ...variable }) => ({
      ...variable,
      value: raw ? variable.value : expand(variable.value, unexpanded),
    })),
    tmp,
  )
}

/** Where the content of a file variable lies inside the job's containers. */
export function pathOfFileVariable(tmp: string, key: string): string {
  return `${tmp}/${key}`
}

function variablesOf(list: readonly Variable[], tmp: string): Variables {
  const valueOf = lookUp(list, tmp)
  return {
    list,
    get: (key) => list.findLast((variable) => variable.key === key)?.value ?? '',
    expand: (text) => expand(text, valueOf),
    with(key, value) {
      const at = list.findIndex((variable) => variable.key === key)
      const known = list[at] ?? { key, forServices: true, masked: false }
      const changed = { ...known, value, file: false }
      return variablesOf(at < 0 ? [...list, changed] : list.with(at, changed), tmp)
    },
  }
}

/** What `$NAME` becomes: of a file variable its path. */
function lookUp(list: readonly Variable[], tmp: string): (key: string) => string {
  const values = new Map(
    list.map(({ key, value, file }) => [key, file ? pathOfFileVariable(tmp, key) : value] as const),
  )
  return (key) => values.get(key) ?? ''
}
