import { infoLine } from '../log/log-style.ts'
import type { JobContext } from './context.ts'
import type { JobEnvironment, JobOutput } from './ports.ts'

/**
 * Whether a job begins in an empty workspace and keeps it empty: no sources, nothing to unpack, nothing of an earlier
 * job to forget. Such a job needs no helper container, which would cost it more than its script.
 */
export function isBareWorkspace(
  { settings, job }: JobContext,
  { workspace }: Pick<JobEnvironment, 'workspace'>,
): boolean {
  return (
    workspace === 'fresh' &&
    settings.gitStrategy === 'none' &&
    job.caches.length + job.artifacts.length + job.dependencies.length === 0
  )
}

/** What the helper's scripts would have printed there (job-execution.md §5.4, §7.1). */
export const bareWords = {
  prepare: (containerHostname: string, runnerHostname: string) =>
    `Running on ${containerHostname}${runnerHostname === '' ? '' : ` via ${runnerHostname}`}...\n`,
  sources: ['Skipping Git repository setup', 'Skipping Git checkout', 'Skipping Git submodules setup']
    .map(infoLine)
    .join(''),
} as const

/** Writes to the log as a stage does. */
export async function printAsStage(output: JobOutput, text: string): Promise<void> {
  const stream = output.stream(1, 'O')
  await stream.write(text)
  await stream.end()
}
