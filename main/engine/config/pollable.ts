import type { RunnerConfig } from './schema.ts'

/**
 * Why a runner of the file gets no jobs; `undefined` where it does. The file may hold runners of other executors,
 * which gitlab-runner serves beside us.
 */
export function whyNotPolled({ token, executor }: RunnerConfig): string | undefined {
  if (token.trim() === '') return 'it has no token'
  if (executor !== 'docker') return `its executor is ${executor}, and Drydock has only docker`
  return undefined
}
