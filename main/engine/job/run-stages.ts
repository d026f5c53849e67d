import type { Clock } from '../clock.ts'
import { JobCanceled } from './outcome.ts'
import { isDue, type Progress, type Stage } from './stages.ts'

/** Cancel lets what is owed to a begun script run; abort lets nothing run. Their reasons become the job's outcome. */
export interface JobSignals {
  readonly cancel: AbortSignal
  readonly abort: AbortSignal
}

export interface StageRunner {
  readonly clock: Clock
  readonly signals: JobSignals
  /** Runs one try of one stage. */
  run(stage: Stage, progress: Progress, signal: AbortSignal): Promise<void>
  /** The signal of a stage's own limit; aborts with the failure to report. */
  limitOf(limit: NonNullable<Stage['limit']>): AbortSignal
  /** Milliseconds to wait before try 2, 3, … */
  backoff(retry: number): number
  /** Told of what a reader of the log should know. */
  retrying(stage: Stage): Promise<void>
  stopped(stage: Stage, reason: unknown): Promise<void>
  afterScriptFailed(error: unknown): Promise<void>
  noted(stage: Stage, error: unknown): void
}

/**
 * Runs the stages that are due, in order (job-execution.md §1.3). The first failure that counts is the one that
 * is reported.
 * @returns the failure, or `undefined` for success
 */
export async function runStages(plan: readonly Stage[], runner: StageRunner): Promise<unknown> {
  const { cancel, abort } = runner.signals
  let progress: Progress = { failure: undefined, scripted: false }

  for (const stage of plan) {
    if (abort.aborted) return progress.failure ?? abort.reason
    if (cancel.aborted && !progress.scripted) return progress.failure ?? cancel.reason
    if (!isDue(stage, progress)) continue
    if (cancel.aborted && stage.stopsOn === 'cancel') {
      // Canceled between two stages: what the cancel would have stopped does not begin.
      progress = { ...progress, failure: progress.failure ?? cancel.reason }
      continue
    }
    if (stage.isScript === true) progress = { ...progress, scripted: true }
    const signal = AbortSignal.any([
      abort,
      ...(stage.stopsOn === 'cancel' ? [cancel] : []),
      ...(stage.limit === undefined ? [] : [runner.limitOf(stage.limit)]),
    ])
    try {
      await tryStage(stage, progress, runner, signal)
    } catch (error) {
      if (signal.aborted) await runner.stopped(stage, signal.reason)
      if (abort.aborted) return progress.failure ?? abort.reason
      if (stage.counts === 'fails-job') progress = { ...progress, failure: progress.failure ?? error }
      else if (stage.counts === 'warns') await runner.afterScriptFailed(error)
      else runner.noted(stage, error)
      if (stage.endsPlan === true) return progress.failure
      // get_sources_timeout ends the job; other stages' limits leave the rest to run.
      if (signal.aborted && stage.limit === 'sources') return progress.failure
    }
  }
  return progress.failure
}

async function tryStage(
  stage: Stage,
  progress: Progress,
  runner: StageRunner,
  signal: AbortSignal,
): Promise<void> {
  const attempts = stage.attempts ?? 1
  for (let attempt = 1; ; attempt++) {
    try {
      signal.throwIfAborted()
      if (attempt === 2 && stage.beforeSecondTry !== undefined) {
        await runner.run(stage.beforeSecondTry, progress, signal)
      }
      await runner.run(stage, progress, signal)
      return
    } catch (error) {
      if (signal.aborted || error instanceof JobCanceled || attempt >= attempts) throw error
    }
    await runner.retrying(stage)
    await runner.clock.sleep(runner.backoff(attempt), signal)
  }
}
