import type { RunnerConfig } from './config/schema.ts'
import type { HostParts, JobOrigin } from './host-parts.ts'
import { finalState } from './final-state.ts'
import { runLogged } from './run-logged.ts'
import { containerSettings } from './container-settings.ts'
import { startLogUpload, type LogUpload } from './gitlab/log-upload.ts'
import { forgetCredentials, keepCredentials } from './history/credentials.ts'
import type { Job } from './job/job.ts'
import { JobCanceled } from './job/outcome.ts'
import { LiveJob } from './live-job.ts'
import { compressLog } from './log/finished-log.ts'
import { openJobLog } from './log/job-log.ts'

export interface HostedJob {
  readonly live: LiveJob
  /** Settles when GitLab has the outcome, or never will, and nothing is left in Docker. */
  readonly done: Promise<void>
}

const defaultOutputLimitKiB = 4096

/** Writes a job down, runs it, and sends its log and outcome (coordinator-api.md §5.4, §10). */
export async function hostJob(job: Job, origin: JobOrigin, parts: HostParts): Promise<HostedJob> {
  const live = await beginJob(job, origin, parts)
  return { live, done: carryJob(job, live, origin, parts) }
}

/** What must be durable before the job's first side effect. */
async function beginJob(job: Job, { runner, runnerKey }: JobOrigin, parts: HostParts): Promise<LiveJob> {
  const variable = (key: string) => job.variables.findLast((one) => one.key === key)?.value
  const url = variable('CI_JOB_URL')
  const { pipelineId } = job.info
  const about = {
    gitlabId: job.id,
    name: job.info.name,
    project: job.info.projectFullPath ?? variable('CI_PROJECT_PATH') ?? `project-${job.info.projectId}`,
    ref: job.git.ref,
    sha: job.git.sha,
    runner: runner.name,
    image: job.image?.name || (runner.docker?.image ?? ''),
    acceptedAt: parts.clock.now(),
  }
  const id = parts.history.begin({
    ...about,
    gitlabUrl: runner.url,
    runnerKey,
    url,
    pipelineId,
    timeout: job.timeout,
    variableNames: [...new Set(job.variables.map(({ key }) => key))].sort(),
    settings: containerSettings(runner),
    ...(job.info.queuedMs !== undefined && { queuedMs: job.info.queuedMs }),
  })
  await keepCredentials(parts.dirs.running, id, { gitlabId: job.id, token: job.token, url: runner.url })
  const limitKiB = runner.output_limit > 0 ? runner.output_limit : defaultOutputLimitKiB
  const log = await openJobLog({ path: parts.dirs.log(id), limitBytes: limitKiB * 1024 })
  return new LiveJob(
    { id, ...about, ...(url !== undefined && { url }), ...(pipelineId !== undefined && { pipelineId }) },
    runnerKey,
    log,
    parts,
  )
}

async function carryJob(job: Job, live: LiveJob, origin: JobOrigin, parts: HostParts): Promise<void> {
  const { history, clock, dirs, logger } = parts
  const { id } = live.about
  // GitLab hears that the job runs while it is being prepared; the log follows once it knows.
  const uploading = acceptJob(job, live, origin, parts)
  const { outcome, cleanedUp } = await runLogged(job, live, origin, parts)
  live.concluded(outcome)
  // GitLab is told also where the disk is full; what is not written down is brought home at the next start.
  const loosely = (what: string, work: () => void) => {
    try {
      work()
    } catch (error) {
      logger.error({ err: error, job: id }, `${what} cannot be written down`)
    }
  }
  const { resources } = live
  if (resources !== undefined) loosely('what the job used', () => history.used(id, resources))
  loosely('the outcome of the job', () => history.concluded(id, outcome))

  const upload = await uploading
  await upload?.finish(finalState(outcome, job), neverAborts)
  loosely('the end of the job', () => history.finished(id, outcome, clock.now(), live.log.size))
  live.finished(clock.now())
  await forgetCredentials(dirs.running, id)
  await cleanedUp
  await compressLog(dirs.log(id)).catch((error: unknown) =>
    logger.warn({ err: error, job: id }, 'the log of the job stays as it is: it cannot be compressed'),
  )
}

const neverAborts = new AbortController().signal

/** @returns `undefined` when the job is over on the server already: nothing more is sent. */
async function acceptJob(
  job: Job,
  live: LiveJob,
  { gateway, runner }: JobOrigin,
  { clock, logger }: HostParts,
): Promise<LogUpload | undefined> {
  const answer = await gateway.updateJob(job, { state: 'running' }, neverAborts)
  if (answer.kind === 'job-is-over') {
    live.abort(new JobCanceled('server'))
    return undefined
  }
  const obey = (signal: 'cancel' | 'abort') =>
    signal === 'cancel' ? live.cancel('server') : live.abort(new JobCanceled('server'))
  if (answer.signal !== 'go-on') obey(answer.signal)
  return startLogUpload({
    gateway,
    job,
    log: live.log.forGitLab,
    clock,
    logger,
    debugTrace: isDebugTrace(job, runner),
    onSignal: obey,
    finalUpdateTries: runner.job_status_final_update_retry_limit,
    dynamicForceSend: runner.feature_flags['FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL'] ?? false,
  })
}

/** Only then may GitLab restrict who reads the log. */
function isDebugTrace(job: Job, runner: RunnerConfig): boolean {
  if (runner.debug_trace_disabled) return false
  const isOn = (key: string) =>
    /^(1|t|true)$/i.test(job.variables.findLast((one) => one.key === key)?.value ?? '')
  return isOn('CI_DEBUG_TRACE') || isOn('CI_DEBUG_SERVICES')
}
