import type { Change } from '../engine/config/config-store.ts'
import type { RunnerConfig } from '../engine/config/schema.ts'

/** Takes runners out of whatever the file holds at that moment; they are known by token, address and name. */
export const removeRunners =
  (gone: readonly RunnerConfig[], remove: (text: string, index: number) => string): Change =>
  (text, config) => {
    const runners = config?.runners ?? []
    const indexes = [...runners.keys()].filter((index) => gone.some((one) => isSame(one, runners[index])))
    // From the end, so that the indexes before stay true.
    return indexes.toReversed().reduce(remove, text)
  }

const isSame = (one: RunnerConfig, other: RunnerConfig | undefined) =>
  other !== undefined && one.token === other.token && one.url === other.url && one.name === other.name
