import type { MountInfo, Outcome, StageTiming } from '../../contract/job.ts'
import type { CacheStore } from '../cache/cache-store.ts'
import type { Clock } from '../clock.ts'
import type { ArtifactGateway } from '../gitlab/artifact-port.ts'
import type { JobContext } from './context.ts'
import { JobLimits } from './limits.ts'
import { JobCanceled, JobFailure, outcomeOf } from './outcome.ts'
import { planOf } from './plan.ts'
import { policyLines } from './policy.ts'
import type { Executor, JobEnvironment, JobOutput, ExecutorObserver } from './ports.ts'
import { runStages, type JobSignals } from './run-stages.ts'
import type { Stage, Progress } from './stages.ts'

/** What one job needs of the world. */
export interface JobPorts {
  readonly clock: Clock
  readonly executor: Executor
  readonly output: JobOutput
  readonly artifacts: ArtifactGateway
  readonly caches: CacheStore
  readonly hostname: string
}

/** Told, as it happens, what becomes of the job. */
export interface JobObserver extends ExecutorObserver {
  stageStarted(stage: Pick<StageTiming, 'name' | 'title'>): void
  stageEnded(name: string, result: NonNullable<StageTiming['result']>): void
  mounted(mounts: readonly MountInfo[]): void
  /** @param command makes the container of the scripts again */
  recreatable(command: string): void
  /** A stage whose failure does not count has failed. */
  noted(stage: string, error: unknown): void
}

export interface RanJob {
  readonly outcome: Outcome
  /** Settles when nothing of the job is left in Docker; never rejects. */
  readonly cleanedUp: Promise<void>
}

const prepareTries = 3
const prepareRetryMs = 3000

/**
 * Runs one job from its preparation to its last line (job-execution.md §1.1). Removing its containers goes on while the
 * caller reports the outcome.
 */
export async function runJob(
  context: JobContext,
  warnings: readonly string[],
  ports: JobPorts,
  signals: JobSignals,
  observer: JobObserver,
): Promise<RanJob> {
  const { clock, output } = ports
  const { job, runner, settings } = context
  using limits = new JobLimits(clock, {
    jobTimeout: job.timeout * 1000,
    prepareTimeout: runner.prepare_timeout,
    sourcesTimeout: runner.get_sources_timeout,
    scriptTimeout: settings.scriptTimeout,
    afterScriptTimeout: settings.afterScriptTimeout,
  })
  const abort = AbortSignal.any([signals.abort, limits.deadline])
  if (warnings.length > 0) await output.warning(warnings.join('\n'))

  let environment: JobEnvironment | undefined
  let failure: unknown
  try {
    environment = await inStage(
      { name: 'prepare_executor', title: `Preparing the "${runner.executor}" executor` },
      { output, observer },
      () =>
        prepare(context, ports, AbortSignal.any([abort, signals.cancel, limits.signal('prepare')]), observer),
    )
    observer.mounted(environment.mounts)
    if (environment.recreate !== undefined) observer.recreatable(environment.recreate)
    failure = await runPlan(context, environment, ports, { cancel: signals.cancel, abort }, limits, observer)
  } catch (error) {
    failure = error
  }

  const outcome = outcomeOf(failure)
  // Whoever stops the runner wants nothing of it to stay.
  if (outcome.result === 'failed' && outcome.reason !== 'runner_interrupted') environment?.noteFailure?.()
  const cleanedUp = cleanUp(environment, observer)
  // The log may be what is broken; the outcome counts all the same.
  await writeLastLine(outcome, output).catch((error: unknown) => observer.noted('last line', error))
  return { outcome, cleanedUp }
}

async function cleanUp(environment: JobEnvironment | undefined, observer: JobObserver): Promise<void> {
  try {
    await environment?.[Symbol.asyncDispose]()
  } catch (error) {
    observer.noted('cleanup', error)
  }
}

/** Three tries for what nobody has classified; a failure with a reason is final at once (job-execution.md §3.4). */
async function prepare(
  context: JobContext,
  { executor, output, clock }: JobPorts,
  signal: AbortSignal,
  observer: ExecutorObserver,
) {
  for (let attempt = 1; ; attempt++) {
    try {
      signal.throwIfAborted()
      return await executor.prepare(context, output, signal, observer)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof JobFailure || error instanceof JobCanceled || attempt === prepareTries) throw error
      await output.error(`Preparation failed: ${error instanceof Error ? error.message : 'unknown error'}`)
      await output.info(`Will be retried in ${prepareRetryMs / 1000}s ...`)
      await clock.sleep(prepareRetryMs, signal)
    }
  }
}

async function runPlan(
  context: JobContext,
  environment: JobEnvironment,
  ports: JobPorts,
  signals: JobSignals,
  limits: JobLimits,
  observer: JobObserver,
): Promise<unknown> {
  const { clock, output } = ports
  const exponential = context.flags.get('FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY') ?? true
  const plan = planOf({
    context,
    environment,
    output,
    artifacts: ports.artifacts,
    caches: ports.caches,
    runnerHostname: ports.hostname,
    containerHostname: environment.hostname,
  })
  const policy = context.job.policy === undefined ? [] : [...policyLines(context.job.policy)]
  let scriptsBegun = false

  return runStages(plan, {
    clock,
    signals,
    limitOf: (limit) => {
      if (limit === 'script' && !scriptsBegun) {
        scriptsBegun = true
        limits.beginScripts()
      }
      return limits.signal(limit)
    },
    run: async (stage, progress, signal) => {
      if (stage.isScript === true) for (const line of policy.splice(0)) await output.info(line)
      await inStage(stage, { output, observer }, async () => {
        for (const warning of limits.warnings.splice(0)) await output.warning(warning)
        await doWork(stage, progress, environment, signal)
      })
    },
    // job-execution.md §3.3
    backoff: (retry) =>
      exponential ? Math.min(5000 * 2 ** (retry - 1), 300_000) : Math.min(1000 * 2 ** (retry - 1), 5000),
    retrying: () => output.warning('Retrying...'),
    stopped: async (stage, reason) => {
      if (reason instanceof JobCanceled) {
        if (stage.isScript === true) await output.warning('script canceled externally (UI, API)')
      } else if (reason instanceof JobFailure && reason.reason === 'job_execution_timeout') {
        await output.warning(
          `${stage.name} could not run to completion because the timeout was exceeded. For more control over job and ` +
            'script timeouts see: https://docs.gitlab.com/ci/runners/configure_runners/#set-script-and-after_script-timeouts',
        )
      }
    },
    afterScriptFailed: (error) =>
      output.warning(`after_script failed, but job will continue unaffected: ${(error as Error).message}`),
    noted: (stage, error) => observer.noted(stage.name, error),
  })
}

async function doWork(stage: Stage, progress: Progress, environment: JobEnvironment, signal: AbortSignal) {
  switch (stage.work.kind) {
    case 'script':
      return environment.run(
        { name: stage.name, runsIn: stage.work.runsIn, text: stage.work.text(progress) },
        signal,
      )
    case 'task':
      return stage.work.run(signal)
  }
}

/** Section, heading and timing around a piece of work. */
async function inStage<T>(
  stage: Pick<Stage, 'name' | 'title'>,
  { output, observer }: { readonly output: JobOutput; readonly observer: JobObserver },
  work: () => Promise<T>,
): Promise<T> {
  observer.stageStarted({ name: stage.name, title: stage.title })
  const endSection = await output.section(stage.name, stage.title)
  try {
    const result = await work()
    observer.stageEnded(stage.name, 'passed')
    return result
  } catch (error) {
    observer.stageEnded(stage.name, error instanceof JobCanceled ? 'stopped' : 'failed')
    throw error
  } finally {
    await endSection()
  }
}

async function writeLastLine(outcome: Outcome, output: JobOutput): Promise<void> {
  switch (outcome.result) {
    case 'success':
      return output.info('Job succeeded')
    case 'canceled':
      return output.error('Job failed: canceled')
    case 'failed':
      return output.error(
        outcome.reason === 'runner_system_failure'
          ? `Job failed (system failure): ${outcome.message}`
          : `Job failed: ${outcome.message}`,
      )
  }
}
