import { say } from '../contract/sentences/say.ts'
import { shortToken } from '../contract/token.ts'
import { noteUploads } from './artifacts/note-uploads.ts'
import type { HostParts, JobOrigin } from './host-parts.ts'
import { writeHeader } from './job/header.ts'
import type { Job } from './job/job.ts'
import { idleLimits } from './job/limits.ts'
import { JobFailure, outcomeOf } from './job/outcome.ts'
import type { Executor } from './job/ports.ts'
import { runJob, type RanJob } from './job/run-job.ts'
import type { LiveJob } from './live-job.ts'
import { createJobOutput } from './log/job-output.ts'
import { observerOf } from './observe-job.ts'
import { createJobContext } from './variables/job-context.ts'
import { maskedValues } from './variables/masked-values.ts'
import { expandVariables } from './variables/variables.ts'

/** Runs a job with its log open before anything can fail, so that whatever fails is read there. Never rejects. */
export async function runLogged(
  job: Job,
  live: LiveJob,
  origin: JobOrigin,
  parts: HostParts,
): Promise<RanJob> {
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
      signal.throwIfAborted()
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
    throw new JobFailure('runner_system_failure', unsupported.join(' '), { exitCode: 3 })
  if (inputProblems.length > 0) {
    throw new JobFailure('runner_configuration_error', say('inputs-failed', { why: inputProblems.join(' ') }))
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
