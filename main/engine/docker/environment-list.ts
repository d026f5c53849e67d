import type { JobContext } from '../job/context.ts'
import { type Variable, pathOfFileVariable } from '../variables/variables.ts'

/** `Env` of build and helper: the whole list in order; the engine keeps the last of several (docker-executor.md §3). */
export const environmentOf = ({ variables, dirs }: JobContext): readonly string[] =>
  variables.list.map((variable) => asEntry(variable, dirs.tmp))

/** `Env` of a service: public variables and the runner's own, then the service's (§14.3). */
export const serviceEnvironmentOf = (
  { variables, dirs }: JobContext,
  own: readonly string[],
): readonly string[] => [
  ...variables.list.filter(({ forServices }) => forServices).map((variable) => asEntry(variable, dirs.tmp)),
  ...own,
]

// A file variable is the path of its file, which lies on the builds volume.
const asEntry = ({ key, value, file }: Variable, tmp: string) =>
  `${key}=${file ? pathOfFileVariable(tmp, key) : value}`
