import { isDeepStrictEqual } from 'node:util'

import type { Logger } from 'pino'

import type { MountInfo, Outcome } from '../contract/job.ts'
import { shortToken } from '../contract/token.ts'
import { say } from '../contract/sentences/say.ts'
import { noteUploads } from './artifacts/note-uploads.ts'
import type { CacheStore } from './cache/cache-store.ts'
import type { Clock } from './clock.ts'
import type { RunnerConfig } from './config/schema.ts'
import { containerSettings } from './container-settings.ts'
import type { DataDirs } from './data-dirs.ts'
import type { ArtifactGateway } from './gitlab/artifact-port.ts'
import { reasonToSend } from './gitlab/failure-reason.ts'
import { startLogUpload, type LogUpload } from './gitlab/log-upload.ts'
import type { RunnerGateway, TlsFiles } from './gitlab/port.ts'
import { forgetCredentials, keepCredentials } from './history/credentials.ts'
import type { History } from './history/port.ts'
import type { JobNumber } from './job-numbers.ts'
import { writeHeader } from './job/header.ts'
import type { Job } from './job/job.ts'
import { idleLimits } from './job/limits.ts'
import { JobCanceled, JobFailure, outcomeOf } from './job/outcome.ts'
import type { Executor } from './job/ports.ts'
import { runJob, type JobObserver, type RanJob } from './job/run-job.ts'
import { LiveJob, type JobChanges } from './live-job.ts'
import { compressLog } from './log/finished-log.ts'
import { openJobLog } from './log/job-log.ts'
import { createJobOutput } from './log/job-output.ts'
import type { JobToolchains, UsedToolchain } from './toolchain/job-toolchains.ts'
import { createJobContext } from './variables/job-context.ts'
import { maskedValues } from './variables/masked-values.ts'
import { expandVariables } from './variables/variables.ts'

/** What every job needs, whatever runner it came through. */
export interface HostParts extends JobChanges {
  readonly clock: Clock
  readonly logger: Logger
  readonly history: History
  readonly executor: Executor
  readonly caches: CacheStore
  readonly systemId: string
  readonly hostname: string
  readonly dirs: DataDirs
  readonly toolchains: JobToolchains
}

/** Where one job comes from. */
export interface JobOrigin {
  readonly runnerKey: string
  /** As it stands now; later edits do not reach the job. */
  readonly runner: RunnerConfig
  readonly gateway: RunnerGateway
  readonly artifacts: ArtifactGateway
  readonly number: JobNumber
  readonly correlationId: string
  readonly tls: TlsFiles
}

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

async function runLogged(job: Job, live: LiveJob, origin: JobOrigin, parts: HostParts): Promise<RanJob> {
  const { clock, executor, hostname } = parts
  for (const problem of idleLimits(origin.runner, job.timeout * 1000))
    parts.logger.warn({ job: job.id, runner: origin.runner.name }, problem)
  const prepared = await contextOf(job, live, origin, parts)
  const flags = 'context' in prepared ? prepared.context.flags : new Map<string, boolean>()
  const lines = createJobOutput({
    log: live.log,
    clock,
    phrases: maskedValues(
      'context' in prepared
        ? prepared.context
        : { job, runner: origin.runner, variables: payloadVariables(job) },
    ),
    tokenPrefixes: job.features.tokenMaskPrefixes,
    maskAllDefaultTokens: flags.get('FF_MASK_ALL_DEFAULT_TOKENS') ?? true,
    timestamps: flags.get('FF_TIMESTAMPS') ?? true,
    sections: job.features.traceSections,
  })
  const output = { ...lines, onTransfer: live.transferred.bind(live) }
  const noteBroken = (error: unknown) =>
    parts.logger.error({ err: error, job: live.about.id }, 'the log of the job is not complete')
  const { runner } = origin
  const unprepared = { runner, shortToken: shortToken(runner.token), systemId: parts.systemId, flags }
  try {
    await writeHeader('context' in prepared ? prepared.context : unprepared, output)
    refuseUnsupported(job)
    const artifacts = noteUploads(origin.artifacts, (one) => parts.history.uploaded(live.about.id, one))
    if ('refusal' in prepared) throw prepared.refusal
    return await runJob(
      prepared.context,
      prepared.warnings,
      {
        clock,
        executor: preparingBeside(prepared.verified, executor),
        output,
        artifacts,
        caches: parts.caches,
        hostname,
      },
      live.signals,
      observerOf(live, parts, prepared.context.toolchains),
    )
  } catch (error) {
    const outcome = outcomeOf(error)
    if (outcome.result === 'failed') await output.error(`Job failed: ${outcome.message}`).catch(noteBroken)
    return { outcome, cleanedUp: Promise.resolve() }
  } finally {
    await output.end().catch(noteBroken)
    await live.log.end().catch(noteBroken)
  }
}

/**
 * Containers are made while the toolchains are still looked through: a job waits for the longer of the two, not for
 * both. Nothing runs before the toolchains are known to be what they were.
 */
const preparingBeside = (verified: Promise<void>, executor: Executor): Executor => ({
  prepare: async (context, output, signal, observer) => {
    const refused = new AbortController()
    verified.catch((refusal: unknown) => refused.abort(refusal))
    const stop = AbortSignal.any([signal, refused.signal])
    const environment = await executor.prepare(context, output, stop, observer)
    try {
      const aborted = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => aborted.reject(signal.reason as Error), { once: true })
      await Promise.race([verified, aborted.promise])
      return environment
    } catch (refusal) {
      await environment[Symbol.asyncDispose]()
      throw refusal
    }
  },
})

/** What the payload asks for and this runner cannot do fails the job before anything begins (coordinator-api.md §5.4). */
function refuseUnsupported({ unsupported, inputProblems = [] }: Job): void {
  if (unsupported.length > 0)
    throw new JobFailure('runner_system_failure', unsupported.join('; '), { exitCode: 3 })
  if (inputProblems.length > 0) {
    throw new JobFailure(
      'runner_configuration_error',
      `failed to interpolate job inputs: ${inputProblems.join(' ')}`,
    )
  }
}

async function contextOf(
  job: Job,
  { about }: LiveJob,
  { runner: configured, number, correlationId, tls }: JobOrigin,
  { systemId, toolchains }: HostParts,
) {
  try {
    const { variables } = job
    const granted = await toolchains.grant({ runner: configured, project: about.project, variables })
    const { runner, used, verified } = granted
    const { context, warnings } = createJobContext({
      job,
      runner,
      systemId,
      concurrentId: number.concurrentId,
      concurrentProjectId: number.concurrentProjectId,
      correlationId,
      tls,
      imageName: job.image?.name || (runner.docker?.image ?? ''),
    })
    return {
      context: { ...context, toolchains: used },
      warnings: [...granted.warnings, ...warnings],
      verified,
    }
  } catch (refusal) {
    return { refusal }
  }
}

const payloadVariables = (job: Job) =>
  expandVariables(
    job.variables.map((variable) => ({ ...variable, forServices: variable.public })),
    '',
  )

function observerOf(
  live: LiveJob,
  { history, clock, logger }: HostParts,
  toolchains: readonly UsedToolchain[] = [],
): JobObserver {
  const { id } = live.about
  const write = (line: () => void) => {
    try {
      line()
    } catch (cause) {
      throw new JobFailure(
        'runner_system_failure',
        `${say('job-not-written', { why: cause instanceof Error ? cause.message : String(cause) })}.`,
        { cause },
      )
    }
  }
  let mounts: readonly MountInfo[] = []
  let noted: readonly MountInfo[] = []
  const noteMounts = () => {
    const known = mounts.map((mount) => withToolchainUse(mount, toolchains))
    if (isDeepStrictEqual(known, noted)) return
    noted = known
    write(() => history.mounted(id, known))
    live.worksWith(known.flatMap(({ toolchain }) => toolchain ?? []))
  }
  return {
    stageStarted: ({ name, title }) => {
      write(() => history.stageStarted(id, { name, title, startedAt: clock.now() }))
      live.stageStarted(name)
    },
    stageEnded: (name, result) => {
      write(() => history.stageEnded(id, name, clock.now(), result))
      // A fingerprint may have become known.
      noteMounts()
    },
    mounted: (found) => {
      mounts = found
      noteMounts()
    },
    pulling: (pulls) => live.pulling(pulls),
    noted: (stage, error) =>
      logger.warn({ err: error, job: id, stage }, 'a stage that does not count failed'),
  }
}

function withToolchainUse(mount: MountInfo, toolchains: readonly UsedToolchain[]): MountInfo {
  const used = toolchains.find(
    ({ source, mountPoint }) => source === mount.source && mountPoint === mount.target,
  )
  if (used === undefined) return mount
  const { name, version, fingerprint } = used
  return { ...mount, toolchain: { name, version, ...(fingerprint !== undefined && { fingerprint }) } }
}

/** The outcome in GitLab's words; what it does not know becomes what it does (coordinator-api.md §14). */
export function finalState(outcome: Outcome, job: Pick<Job, 'features'>) {
  switch (outcome.result) {
    case 'success':
      return { state: 'success' } as const
    case 'canceled':
      return { state: 'failed', failureReason: 'unknown_failure' } as const
    case 'failed':
      return {
        state: 'failed',
        failureReason: reasonToSend(outcome.reason, job.features.failureReasons),
        ...(outcome.exitCode !== undefined && outcome.exitCode !== 0 && { exitCode: outcome.exitCode }),
      } as const
  }
}
