import type { Logger } from 'pino'

import { say } from '../contract/sentences/say.ts'
import type { ApiImplementation } from '../contract/table.ts'
import { toolchainApi } from '../contract/toolchain-api.ts'
import type { runnerApi } from '../contract/api.ts'
import type { JobSummary } from '../contract/job.ts'
import { implementApi } from './api.ts'
import type { CacheStore } from './cache/cache-store.ts'
import { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { RenewalTroubles } from './config/renewal-troubles.ts'
import type { RunnerConfig } from './config/schema.ts'
import type { DataDirs } from './data-dirs.ts'
import type { DiskKeeper } from './disk/disk-keeper.ts'
import type { HeldJobs } from './docker/held-jobs.ts'
import type { History } from './history/port.ts'
import type { ConfigSource, DockerHost } from './engine-ports.ts'
import { hostJob } from './host-job.ts'
import type { HostParts } from './host-parts.ts'
import { JobNumbers } from './job-numbers.ts'
import { JobFailure } from './job/outcome.ts'
import type { LiveJob } from './live-job.ts'
import { Pool, type RunnerConnection } from './pool.ts'
import type { TakenJob } from './poller.ts'
import { recoverJobs } from './recover.ts'
import { offerToolchains, type ToolchainHost } from './offer-toolchains.ts'
import { noJobToolchains, type JobToolchains } from './toolchain/job-toolchains.ts'
import { offerSetup, refusing } from './setup/offer-setup.ts'
import type { ReadSettings } from './settings.ts'
import type { SetupHost } from './setup/world.ts'

export interface EngineParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: ConfigSource
  readonly history: History
  readonly docker: DockerHost
  readonly disk: DiskKeeper
  readonly held: HeldJobs
  readonly settings: ReadSettings
  readonly caches: CacheStore
  readonly dirs: DataDirs
  /** Absent: jobs have what the configuration says and nothing on request. */
  readonly toolchains?: JobToolchains
  /** Absent: there is no library to look after. */
  readonly toolchainHost?: ToolchainHost
  readonly systemId: string
  readonly hostname: string
  readonly connect: (runner: RunnerConfig) => RunnerConnection
  /** The address of the practice GitLab, where this process runs one. */
  readonly practiceUrl?: string
  /** Absent where no token is renewed by itself. */
  readonly renewalTroubles?: Pick<RenewalTroubles, 'of' | 'watch'>
  /** Absent where the configuration is no file that could be edited. */
  readonly setup?: SetupHost
}

export interface Engine {
  /** What every door of the application offers. */
  readonly api: ApiImplementation<typeof runnerApi>
  /** Brings home what a crash left, then asks for jobs. */
  start(): void
  /** Number of jobs that have been taken and of those that are done, since the start. */
  readonly counts: { readonly taken: number; readonly done: number }
  /** Resolves at the next change of `counts`. */
  jobsChanged(signal: AbortSignal): Promise<void>
  /** Takes no new job, lets the running ones finish. */
  finishJobsThenStop(): Promise<void>
  /**
   * Stops running jobs and reports them as interrupted.
   * @param reason as the log shows it, such as `aborted: terminated`
   * @returns whether every outcome was reported within `timeoutMs`
   */
  stopNow(reason: string, timeoutMs: number): Promise<boolean>
}

/** The runner: polls GitLab, runs jobs, remembers them. It has never heard of windows. */
export function createEngine(parts: EngineParts): Engine {
  const { clock, logger, config, history, docker, disk, dirs } = parts
  const live = new Map<number, LiveJob>()
  const jobs = new Changes<number, ReturnType<LiveJob['summary']>>()
  const details = new Changes<number, number>()
  const pulse = new Changes<'status' | 'runners' | 'counts', 'status' | 'runners' | 'counts'>()
  const numbers = new JobNumbers()
  const stopped = new AbortController()
  const working = new Set<Promise<void>>()
  const counts = { taken: 0, done: 0 }

  const hostParts: HostParts = {
    clock,
    logger,
    history,
    executor: docker.executor,
    caches: parts.caches,
    toolchains: parts.toolchains ?? noJobToolchains,
    systemId: parts.systemId,
    hostname: parts.hostname,
    dirs,
    jobChanged: (job) => {
      jobs.publish(job.id, job)
      details.publish(job.id, job.id)
    },
    detailChanged: (id) => details.publish(id, id),
  }

  parts.held.onHeld((job) =>
    logger.info({ job }, `the job is kept: "drydock shell ${job}" opens a shell in it`),
  )

  const pool = new Pool({
    clock,
    logger,
    connect: parts.connect,
    runnersChanged: () => {
      pulse.publish('runners', 'runners')
      pulse.publish('status', 'status')
    },
    renewalTrouble: (token) => parts.renewalTroubles?.of(token),
    take: async (job, runner, key, connection) => {
      const work = takeJob(job, runner, key, connection)
      working.add(work)
      await work.finally(() => working.delete(work))
    },
  })

  const setup = offerSetup(parts.setup && { ...parts, ...parts.setup, executor: docker.executor }, pool, () =>
    pulse.publish('status', 'status'),
  )

  async function takeJob(
    taken: TakenJob,
    runner: RunnerConfig,
    runnerKey: string,
    connection: RunnerConnection,
  ): Promise<void> {
    counts.taken++
    pulse.publish('counts', 'counts')
    try {
      if (taken.kind === 'unusable-job') return await refuseJob(taken, connection)
      using number = numbers.take(runner.token, taken.job.info.projectId)
      const { live: job, done } = await hostJob(
        taken.job,
        { runnerKey, runner, ...connection, number, correlationId: taken.correlationId, tls: taken.tls },
        hostParts,
      ).catch(async (error: unknown) => {
        // What cannot be written down is not begun, but GitLab must not wait for it.
        const problem = say('job-not-begun', { why: error instanceof Error ? error.message : String(error) })
        await refuseJob({ ...taken.job, problem }, connection)
        throw error
      })
      const { id, gitlabId } = job.about
      live.set(id, job)
      logger.info({ job: gitlabId, runner: runner.name, project: job.about.project }, 'job received')
      await done.finally(() => live.delete(id))
      logger.info({ job: gitlabId, runner: runner.name, outcome: resultOf(job.summary()) }, 'job finished')
    } catch (error) {
      logger.error({ err: error, runner: runner.name }, 'a job could not be carried to its end')
    } finally {
      counts.done++
      disk.jobEnded()
      pulse.publish('counts', 'counts')
    }
  }

  /** A payload that cannot be run is reported at once, or the job would hang on the server. */
  async function refuseJob(
    { id, token, problem }: Pick<Extract<TakenJob, { kind: 'unusable-job' }>, 'id' | 'token' | 'problem'>,
    { gateway }: RunnerConnection,
  ): Promise<void> {
    logger.error({ job: id }, problem)
    const handle = { id, token }
    await gateway.updateJob(handle, { state: 'running' }, stopped.signal)
    const bytes = Buffer.from(`\u001b[31;1mERROR: ${problem}\u001b[0;m\n`)
    await gateway.patchLog(handle, { offset: 0, bytes, debugTrace: false }, stopped.signal)
    await gateway.updateJob(
      handle,
      { state: 'failed', failureReason: 'runner_system_failure', exitCode: 3 },
      stopped.signal,
    )
  }

  async function followConfig(): Promise<void> {
    for await (const next of config.watch(stopped.signal)) {
      pool.reconcile(next)
      pulse.publish('status', 'status')
    }
  }

  const hinder = (reason: string | undefined): void => {
    if (reason === pool.hindrance) return
    if (reason !== undefined && pool.hindrance === undefined)
      logger.warn(`${reason}. No jobs are asked for meanwhile.`)
    pool.hinder(reason)
    pulse.publish('status', 'status')
  }

  async function followProblems(): Promise<void> {
    for await (const _ of config.watchProblems(stopped.signal)) pulse.publish('status', 'status')
  }

  async function followRenewals(): Promise<void> {
    for await (const _ of parts.renewalTroubles?.watch(stopped.signal) ?? [])
      pulse.publish('runners', 'runners')
  }

  async function followDocker(): Promise<void> {
    for await (const _ of docker.watchStatus(stopped.signal)) pulse.publish('status', 'status')
  }

  const loosely = (what: string, work: Promise<void>) => {
    void work.catch((error: unknown) => {
      if (!stopped.signal.aborted) logger.error({ err: error }, `${what} ended unexpectedly`)
    })
  }

  let shutting: Promise<void> | undefined
  /** Once, whoever asks: a second signal may stop what a first one lets finish. */
  function shutDown(): Promise<void> {
    stopped.abort()
    return (shutting ??= pool.close().then(() => setup[Symbol.asyncDispose]()))
  }

  const store = parts.setup?.store
  return {
    api: implementApi({
      history,
      dirs,
      live,
      pool,
      docker,
      disk,
      held: parts.held,
      config,
      jobs,
      details,
      pulse,
      setup: setup.api,
      toolchains:
        parts.setup === undefined || parts.toolchainHost === undefined
          ? refusing(toolchainApi)
          : offerToolchains({
              ...parts.setup,
              host: parts.toolchainHost,
              history,
              jobsChanged: (signal) => jobs.watch(signal),
              clock,
            }),
      settings: parts.settings,
      editConfig: store && ((change, basedOn) => store.edit(change, basedOn)),
      clock,
      practiceUrl: () => setup.practiceUrl ?? parts.practiceUrl,
    }),
    counts,
    start: () => {
      loosely('recovery', recoverJobs({ ...parts, sweep: (signal) => docker.sweep(signal) }, stopped.signal))
      pool.reconcile(config.current())
      loosely('following the configuration', followConfig())
      loosely("following the configuration's problems", followProblems())
      loosely('following the renewal of tokens', followRenewals())
      loosely('following Docker', followDocker())
      loosely('looking after the disk', disk.watch(hinder, stopped.signal))
    },
    jobsChanged: async (signal) => {
      for await (const what of pulse.watch(signal)) if (what === 'counts') return
    },
    finishJobsThenStop: async () => {
      await pool.stopAsking()
      await Promise.all(working)
      await shutDown()
    },
    stopNow: async (reason, timeoutMs) => {
      const asked = pool.stopAsking()
      for (const job of live.values()) job.abort(new JobFailure('runner_interrupted', reason))
      const finished = asked.then(() => Promise.all(working)).then(() => true)
      const timedOut = clock.sleep(timeoutMs, stopped.signal).then(
        () => false,
        // Jobs were let finish already, and that stop has come to its end first.
        () => true,
      )
      const inTime = await Promise.race([finished, timedOut])
      await shutDown()
      return inTime
    },
  }
}

const resultOf = ({ state }: JobSummary) => ('outcome' in state ? state.outcome.result : state.phase)
