import { suggestTags } from '../../main/contract/suggest-tags.ts'
import type { Connection } from '../state/connection.ts'
import { useAnswer } from '../ui/use-answer.ts'
import type { EngineAddress } from '../wizard/engine-fields.tsx'

/** Suggests tags for a runner on an engine; none until the engine has answered. @returns those besides `has` */
export function useTagSuggestions(
  connection: Connection,
  engine: EngineAddress,
  toolchains: readonly string[],
): (has: readonly string[]) => readonly string[] {
  const { value } = useAnswer(connection, (api) => api.checkEngine(engine), JSON.stringify(engine))
  return (has) => (value?.state === 'found' ? suggestTags({ ...value, toolchains }, has) : [])
}
