import type { JobContext } from '../job/context.ts'
import type { JobStep } from '../job/job.ts'
import { cleanUpSources } from '../sources/clean-up-sources.ts'
import { clearWorktree } from '../sources/clear-worktree.ts'
import { runCommands } from './commands.ts'
import { notice, printLine } from './echo.ts'
import { frame } from './frame.ts'
import { exportVariables, exportVariablesOnly, gitlabEnvOf } from './preamble.ts'
import { quote } from './quote.ts'

/** Says where the job runs and forgets what an earlier job left for its later stages (job-execution.md §5.4). */
export function prepareScript(
  context: JobContext,
  {
    containerHostname,
    runnerHostname,
  }: { readonly containerHostname: string; readonly runnerHostname: string },
): string {
  const via = runnerHostname === '' ? '' : ` via ${runnerHostname}`
  return frame(context, [
    printLine(`Running on ${containerHostname}${via}...`),
    ...removeFiles([gitlabEnvOf(context.dirs.tmp), `${context.dirs.tmp}/masking.db`]),
  ])
}

export interface StepOptions {
  /** No stage before has made the project directory. */
  readonly makesProject?: boolean
}

/** A step of the job's script between the configuration's `pre_build_script` and `post_build_script`, in one shell. */
export function stepScript(
  context: JobContext,
  step: JobStep,
  { makesProject = false }: StepOptions = {},
): string {
  const { runner, variables } = context
  const commands = step.name === 'release' ? step.script.map((line) => variables.expand(line)) : step.script
  return frame(context, [
    ...(makesProject ? [`mkdir -p -- ${quote(context.dirs.project)}`] : []),
    ...exportVariables(context, variables),
    `cd -- ${quote(context.dirs.project)}`,
    ...runCommands(context, 'pre_build_script', oneCommand(runner.pre_build_script)),
    ...runCommands(context, 'script_step', commands),
    ...runCommands(context, 'post_build_script', oneCommand(runner.post_build_script)),
  ])
}

/** after_script in a shell of its own, with `CI_JOB_STATUS` telling how the script ended (job-execution.md §4.4). */
export function afterScript(
  context: JobContext,
  jobStatus: 'success' | 'failed' | 'canceled' | 'timedout',
): string {
  const commands = context.job.steps.find(({ name }) => name === 'after_script')?.script ?? []
  return frame(context, [
    ...exportVariables(context, context.variables.with('CI_JOB_STATUS', jobStatus)),
    `cd -- ${quote(context.dirs.project)}`,
    notice('Running after script...'),
    ...runCommands(context, 'after_script_step', commands),
  ])
}

/** Deletes the work tree's files between the first and the second try of get_sources (job-execution.md §3.3). */
export function clearWorktreeScript(context: JobContext): string {
  return frame(context, clearWorktree(context))
}

/** Removes what the job's stages left beside and inside its project directory (job-execution.md §5.4). */
export function cleanupScript(context: JobContext): string {
  return frame(context, [...exportVariablesOnly(context, context.variables), ...cleanUpSources(context)])
}

function oneCommand(script: string): readonly string[] {
  return script === '' ? [] : [script]
}

function removeFiles(paths: readonly string[]): readonly string[] {
  const present = paths.map((path) => `[ -e ${quote(path)} ]`).join(' || ')
  return [`if ${present}; then rm -f -- ${paths.map(quote).join(' ')}; fi`]
}
