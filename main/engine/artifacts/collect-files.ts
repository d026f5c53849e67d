import type { JobContext } from '../job/context.ts'
import type { JobEnvironment } from '../job/ports.ts'
import { environmentOf } from './expand-words.ts'
import type { HelperLog } from './helper-log.ts'
import { listFiles, listUntracked } from './list-files.ts'
import { ProgramFailed } from './run-program.ts'
import { placesOf, selectFiles, selectionRules, type Selection, type Wanted } from './select-files.ts'

/** Finds in the container what an artifact or a cache names, telling the log what was found by which rule. */
export async function collectFiles(
  context: JobContext,
  environment: JobEnvironment,
  wanted: Wanted,
  log: HelperLog,
  signal: AbortSignal,
): Promise<Selection['files']> {
  const { project } = context.dirs
  const rules = selectionRules(wanted, project, environmentOf(context.variables))
  const listing = await listFiles(environment, project, placesOf(rules), signal)
  let untracked: readonly string[] | undefined
  let untrackedProblem: string | undefined
  if (wanted.untracked) {
    try {
      untracked = await listUntracked(environment, project, signal)
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error
      untrackedProblem = error.message
    }
  }
  const { files, remarks } = selectFiles(rules, listing, untracked)
  for (const { level, text } of remarks) await log[level](text)
  if (untrackedProblem !== undefined) await log.warning(`untracked: ${untrackedProblem}`)
  return files
}
