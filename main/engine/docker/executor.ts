import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'

import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { JobContext } from '../job/context.ts'
import { JobFailure } from '../job/outcome.ts'
import type { Executor, JobEnvironment, JobOutput, ExecutorObserver } from '../job/ports.ts'
import { requireAllowed } from './allowed.ts'
import type { HelperMisses } from './choose-helper.ts'
import type { HeldJobs } from './held-jobs.ts'
import { configurationError } from './configuration-error.ts'
import { createCredentials } from './credentials.ts'
import { dockerHub, type Hub } from './hub-limit.ts'
import { runInstalledHelper } from './docker-auth.ts'
import { asJobFailure, isTransient } from './errors.ts'
import { createJobEnvironment } from './job-environment.ts'
import { labelerFor } from './labels.ts'
import { createLeftovers } from './leftovers.ts'
import { baseName } from './names.ts'
import { warnOfIgnoredMac } from './networking.ts'
import { planVolumes } from './plan-volumes.ts'
import type { SourceSharing } from './seed-builds.ts'
import { planServices } from './service-plan.ts'
import { meterResources } from './meter-resources.ts'
import type { DockerEngine, EngineAbout } from './port.ts'
import { prepareContainers } from './prepare-containers.ts'
import { createImages } from './pull-images.ts'
import { recreateCommand } from './recreate.ts'
import type { Site } from './site.ts'
import { createTurns } from './turns.ts'
import type { Usage } from './usage.ts'
import { watchPulls } from './watch-pulls.ts'
import { mountInfoOf, writableSubmounts } from './writable-submounts.ts'

export interface DockerExecutorOptions {
  /** The engine to use now; rejects with `EngineUnreachable`. */
  readonly engine: () => Promise<DockerEngine>
  /** Names this run of the process: what carries another one's label is nobody's (see `sweep`). */
  readonly sessionId: string
  /** Told of the volumes and images of running jobs. */
  readonly usage: Usage
  /** Which jobs stay for a while after their end; none where not given. */
  readonly held?: HeldJobs
  /** May a new slot of a project take git objects from the others? Yes where not given. */
  readonly sharesSources?: () => boolean
  readonly clock: Clock
  readonly logger: { warn(fields: object, message: string): void }
  /** Whose Docker credentials are used; the user's own unless told. */
  readonly home?: string
  /** Docker's own unless told. */
  readonly hub?: Hub
}

// docker-executor.md §0
const cleanupBudgetMs = 5 * 60_000

/** An executor that remembers what it could not clean up. */
export interface DockerExecutor extends Executor {
  /** Removes what jobs had to leave because the engine was away. Call when it answers; what fails is kept for later. */
  removeOwed(): Promise<void>
}

/** What the executor remembers between jobs. */
interface Memory {
  readonly misses: HelperMisses
  /** Removals that failed when their job was over; each resolves to what it still could not remove. */
  readonly owed: Set<() => Promise<readonly string[]>>
  readonly sharing: SourceSharing
}

/** Runs jobs in containers of a Docker engine (docker-executor.md). */
export function createDockerExecutor(options: DockerExecutorOptions): DockerExecutor {
  const { logger, sharesSources = () => true } = options
  const memory: Memory = {
    misses: new Map(),
    owed: new Set(),
    sharing: { isWanted: sharesSources, takeTurns: createTurns(), logger },
  }
  return {
    removeOwed: async () => {
      for (const remove of memory.owed) {
        if ((await remove()).length === 0) memory.owed.delete(remove)
      }
    },
    prepare: async (context, output, signal, observer) => {
      const { docker } = context.runner
      if (docker === undefined) {
        throw configurationError(say('no-runner-docker'))
      }
      try {
        const engine = await options.engine()
        signal.throwIfAborted()
        return await prepareOn(engine, docker, { context, output, signal, observer }, options, memory)
      } catch (error) {
        signal.throwIfAborted()
        const failure = asJobFailure(error, { doing: say('doing-prepare') })
        // What may pass is no failure yet: the caller tries again and reports the last one.
        if (failure instanceof JobFailure && isTransient(error))
          throw new Error(failure.message, { cause: error })
        throw failure
      }
    },
  }
}

/** What a job asks of `prepare`. */
interface Wanted {
  readonly context: JobContext
  readonly output: JobOutput
  readonly signal: AbortSignal
  readonly observer: ExecutorObserver | undefined
}

async function prepareOn(
  engine: DockerEngine,
  docker: DockerConfig,
  { context, output, signal, observer }: Wanted,
  options: DockerExecutorOptions,
  { misses, owed, sharing }: Memory,
): Promise<JobEnvironment> {
  const {
    sessionId,
    usage,
    held,
    clock,
    logger,
    home = homedir(),
    hub = dockerHub,
    engine: engineNow,
  } = options
  const image = jobImage(context, docker)
  if (context.job.image === undefined || context.job.image.name === '')
    await output.info('Using default image')
  await output.plain(`Using Docker executor with image ${image} ...`)

  const label = labelerFor(context, sessionId)
  const hex = randomBytes(8).toString('hex')
  const leftovers = createLeftovers()
  const use = usage.begin(projectOf(context))
  const site: Site = {
    engine,
    clock,
    context,
    docker,
    output,
    label,
    volumes: planVolumes(context, docker, label, hex, usesOwnOverlays(engine.about)),
    base: baseName(context),
    hex,
    leftovers,
    use,
    meter: meterResources(engine, clock, {
      measured: (resources) => observer?.measured?.(resources),
      isWatched: () => observer?.isWatched?.() ?? false,
    }),
  }
  const { services, warnings } = planServices(context, docker)
  const writable = writableSubmounts(site.volumes, engine.about, await mountInfoOf(engine.about))
  for (const warning of [...site.volumes.warnings, ...writable, ...warnings]) await output.warning(warning)
  if (docker.volume_keep)
    await output.warning('volume_keep is set: anonymous volumes of this job stay behind and pile up.')
  if (docker.disable_entrypoint_overwrite && context.job.image?.entrypoint?.length) {
    await output.warning('Entrypoint override disabled')
  }
  await warnOfIgnoredMac(engine, docker, output)

  const credentials = createCredentials({
    authConfig: context.settings.dockerAuthConfig,
    home,
    jobCredentials: context.job.credentials,
    runHelper: runInstalledHelper,
    warn: (text) => output.warning(text),
  })
  const images = createImages({
    engine,
    docker,
    credentials,
    output,
    clock,
    use,
    pulls: watchPulls(clock, output, observer),
    hub,
  })
  const following = new AbortController()

  const stopFollowing = () => {
    following.abort()
    site.meter[Symbol.dispose]()
  }
  const close = async () => {
    stopFollowing()
    const inTime = new AbortController()
    const late = clock.sleep(cleanupBudgetMs, inTime.signal).then(
      () => ['The cleanup of the job takes too long; it is tried again later'],
      () => [],
    )
    const remove = (engine: DockerEngine) =>
      leftovers.remove(engine, { keepAnonymousVolumes: docker.volume_keep })
    const problems = await Promise.race([remove(engine), late])
    inTime.abort()
    use[Symbol.dispose]()
    for (const problem of problems) logger.warn({ job: context.job.id }, problem)
    // An engine that was restarted still has the containers.
    if (problems.length > 0) owed.add(async () => remove(await engineNow()))
  }
  try {
    const parts = await prepareContainers(
      { site, images, image, services, misses, sharing, following: following.signal },
      signal,
    )
    if (context.flags.get('FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR') === true) {
      await output.plain('Not using umask - FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR is set!')
    }
    // Nobody's job fails for want of it.
    const recreate = await recreateCommand(site, parts.recipe).catch(() => undefined)
    const hold = async (container: string) => {
      stopFollowing()
      await holdJob(site, held, container)
      use[Symbol.dispose]()
    }
    const wantsHold = (failed: boolean) => held?.wants(context.job.id, { failed }) ?? false
    return createJobEnvironment({ site, ...parts, recreate, close, wantsHold, hold })
  } catch (error) {
    await close()
    throw error
  }
}

/** Keeps everything of the job but its helper. */
async function holdJob(site: Site, held: HeldJobs | undefined, container: string): Promise<void> {
  const { engine, context, docker, leftovers, base, hex } = site
  await engine.removeContainer(`${base}-${hex}-predefined`, { volumes: !docker.volume_keep })
  await held?.hold({
    job: context.job.id,
    container,
    workingDir: context.dirs.project,
    keepAnonymousVolumes: docker.volume_keep,
    names: leftovers.names,
  })
}

/** Podman's own layers are emptied after each script; without root it can have no others. */
const usesOwnOverlays = ({ product, isRootless }: EngineAbout) => product === 'Podman' && isRootless

const projectOf = ({ job, variables }: JobContext) => ({
  id: job.info.projectId,
  path: job.info.projectFullPath ?? (variables.get('CI_PROJECT_PATH') || `project-${job.info.projectId}`),
})

/**
 * The image of the job's scripts (docker-executor.md §4): the job's, if it is allowed, else the configured one.
 * @throws JobFailure `runner_configuration_error`.
 */
function jobImage({ job, variables }: JobContext, docker: DockerConfig): string {
  const configured = variables.expand(docker.image)
  const wanted = variables.expand(job.image?.name ?? '')
  if (wanted === '') {
    if (configured !== '') return configured
    throw configurationError(say('no-docker-image'))
  }
  requireAllowed(wanted, { key: 'allowed_images', patterns: docker.allowed_images, always: [configured] })
  return wanted
}
