import type { Logger } from 'pino'

import type { Outcome } from '../contract/job.ts'
import type { Clock } from './clock.ts'
import type { RunnerConfig } from './config/schema.ts'
import type { DataDirs } from './data-dirs.ts'
import type { ConfigSource } from './engine-ports.ts'
import { startLogUpload } from './gitlab/log-upload.ts'
import { forgetCredentials, readCredentials } from './history/credentials.ts'
import type { History, UnfinishedJob } from './history/port.ts'
import { finalState } from './final-state.ts'
import { compressLog } from './log/finished-log.ts'
import { openJobLog } from './log/job-log.ts'
import { createJobOutput } from './log/job-output.ts'
import { keyOf, type RunnerConnection } from './pool.ts'

export interface RecoverParts {
  readonly history: History
  readonly clock: Clock
  readonly logger: Logger
  readonly dirs: DataDirs
  readonly config: ConfigSource
  readonly connect: (runner: RunnerConfig) => RunnerConnection
  /** Removes what dead sessions left in Docker. */
  readonly sweep: (signal: AbortSignal) => Promise<void>
}

const interrupted = {
  result: 'failed',
  reason: 'runner_system_failure',
  message: 'Drydock ended while the job ran',
} as const satisfies Outcome

/**
 * Brings jobs that a crash left behind to their end: what was running is reported as failed, what had an outcome is
 * reported with it, and nothing of them stays in Docker. Rejects never: what cannot be reported is logged.
 */
export async function recoverJobs(parts: RecoverParts, signal: AbortSignal): Promise<void> {
  const { history, logger, sweep } = parts
  const lost = history.unfinished()
  if (lost.length > 0)
    logger.warn({ jobs: lost.map(({ id }) => id) }, 'reporting jobs that a crash interrupted')
  const results = await Promise.allSettled([
    sweep(signal),
    ...lost.map((job) => recoverJob(job, parts, signal)),
  ])
  for (const result of results) {
    if (result.status === 'rejected' && !signal.aborted)
      logger.error({ err: result.reason as unknown }, 'something a crash left is still there')
  }
}

async function recoverJob(
  { id, outcome, runnerKey }: UnfinishedJob,
  parts: RecoverParts,
  signal: AbortSignal,
): Promise<void> {
  const { history, clock, logger, dirs, config, connect } = parts
  const log = await openJobLog({ path: dirs.log(id), limitBytes: Number.MAX_SAFE_INTEGER })
  if (outcome === undefined) await writeInterruption(log, clock)
  await log.end()

  const kept = await readCredentials(dirs.running, id)
  const { runners } = config.current()
  // Job requests carry the job's token, so any runner of that server can speak for one that has been removed.
  const runner =
    runners.find((one) => keyOf(one) === runnerKey) ?? runners.find(({ url }) => url === kept?.url)
  if (kept === undefined || runner === undefined) {
    logger.error({ job: id }, 'an interrupted job cannot be reported: its runner or its token is gone')
  } else {
    const { gateway } = connect(runner)
    const upload = startLogUpload({
      gateway,
      job: { id: kept.gitlabId, token: kept.token },
      log: log.forGitLab,
      clock,
      logger,
      debugTrace: false,
      onSignal: () => {},
      finalUpdateTries: runner.job_status_final_update_retry_limit,
      dynamicForceSend: false,
    })
    const features = { traceSections: false, tokenMaskPrefixes: [], failureReasons: [] }
    await upload.finish(finalState(outcome ?? interrupted, { features }), signal)
    await gateway.close()
  }
  history.finished(id, outcome ?? interrupted, clock.now(), log.size)
  await forgetCredentials(dirs.running, id)
  await compressLog(dirs.log(id))
}

async function writeInterruption(log: Awaited<ReturnType<typeof openJobLog>>, clock: Clock): Promise<void> {
  const output = createJobOutput({
    log,
    clock,
    phrases: [],
    tokenPrefixes: [],
    maskAllDefaultTokens: true,
    timestamps: true,
    sections: false,
  })
  await output.error(
    `Job failed (system failure): ${interrupted.message}. It was reported when Drydock started again.`,
  )
  await output.end()
}
