import type { Writable } from 'node:stream'

import { say } from '../../contract/sentences/say.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobImageInfo, StageScript } from '../job/ports.ts'
import { type BuildRecipe, createBuildContainer } from './build-container.ts'
import type { Sinks } from './demultiplex.ts'
import { isContainerMissing } from './docker-error.ts'
import { asJobFailure } from './errors.ts'
import type { HelperContainer } from './helper-container.ts'
import { belongsToImageUser, giveAwayScript, lookUpOwner, userOf } from './image-user.ts'
import { askOwner, runsAsOther } from './ownership.ts'
import { runExec } from './run-exec.ts'
import { ContainerLost, type Session, openSession } from './session.ts'
import { helperCommand } from './shell.ts'
import type { Site } from './site.ts'
import { tailOf, toLog } from './sinks.ts'
import { stopGracefully } from './stop-container.ts'

/** A build container, and its run that waits for a script, if one was begun ahead. */
export interface BuildContainer {
  readonly id: string
  readonly session?: Promise<Session> | undefined
}

export interface EnvironmentParts {
  readonly site: Site
  readonly recipe: BuildRecipe
  /** For a terminal. */
  readonly recreate?: string | undefined
  readonly build: BuildContainer
  readonly helper: HelperContainer | undefined
  /** Makes a helper container where there is none, or the last one was given up. */
  readonly startHelper: (signal: AbortSignal) => Promise<HelperContainer>
  readonly close: () => Promise<void>
  /** Is the job to stay for somebody to look into it? */
  readonly wantsHold: (failed: boolean) => boolean
  /** Instead of `close`. @param container id of the build container */
  readonly hold: (container: string) => Promise<void>
}

/** Stages of one job in its containers (docker-executor.md §12). */
export function createJobEnvironment(parts: EnvironmentParts): JobEnvironment {
  const { site, recipe } = parts
  const { engine, clock, context, output } = site
  const byFlag = context.flags.get('FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR') === true
  const givesAway = belongsToImageUser(site, recipe.image)
  let helper = parts.helper
  let build: BuildContainer | undefined = parts.build
  let ownershipAskedOf: string | undefined
  let hasFailed = false

  const givenHelper = async (signal: AbortSignal) => (helper ??= await parts.startHelper(signal))
  const givenBuild = async () => (build ??= { id: await createBuildContainer(site, recipe) })

  async function dropHelper(): Promise<void> {
    const dropped = helper
    helper = undefined
    dropped?.release()
    if (dropped !== undefined) await engine.removeContainer(dropped.id, { volumes: !site.docker.volume_keep })
  }

  async function dropBuild(): Promise<void> {
    const dropped = build
    build = undefined
    await closeEarly(dropped)
    if (dropped !== undefined) await engine.removeContainer(dropped.id, { volumes: !site.docker.volume_keep })
  }

  async function runInBuild(script: string, sinks: Sinks, signal: AbortSignal): Promise<number> {
    const { id, session: early } = await givenBuild()
    if (ownershipAskedOf !== id) {
      ownershipAskedOf = id
      if (byFlag && runsAsOther(recipe.image)) await giveOwnership(id, signal)
      else if (!byFlag && givesAway) await giveAway(id)
    }
    build = { id }
    using session = await (early ?? openSession(engine, id, signal))
    const finished = session.finish(script, sinks)
    finished.catch(() => undefined)
    try {
      const exitCode = await unlessAborted(finished, signal)
      if (exitCode !== 0) await site.meter.lookBack(id)
      return exitCode
    } catch (error) {
      if (!(error instanceof ContainerLost)) {
        // Interrupted, or the output could not be written: either way nothing of the script may go on.
        const native = context.flags.get('FF_USE_NATIVE_CONTAINER_STOP') === true
        await stopGracefully(engine, clock, id, { native, exited: finished })
        await finished.catch(() => undefined)
        // after_script goes on with what the script made, unless something still runs in there.
        if (signal.aborted && (await engine.inspectContainer(id))?.running === false) throw error
      }
      await dropBuild()
      throw error
    }
  }

  async function giveOwnership(container: string, signal: AbortSignal): Promise<void> {
    const owner = await askOwner(site, container, signal)
    if (owner === undefined) return
    const { id } = await givenHelper(signal)
    for (const folder of [context.dirs.project, context.dirs.tmp]) {
      await output.plain(`Changing ownership of files at "${folder}" to ${owner.uid}:${owner.gid}`)
      const command = ['chown', '-RP', '--', `${owner.uid}:${owner.gid}`, folder]
      await runExec(engine, clock, id, { command, user: '0' }, { stdin: '', sinks: tailOf().sinks })
    }
  }

  /** What only the build container made is its user's already. */
  async function giveAway(container: string): Promise<void> {
    if (helper === undefined) return
    const owner = await lookUpOwner(engine, container, userOf(site, recipe.image))
    const command = ['sh', '-c', giveAwayScript, 'sh', context.dirs.builds, context.dirs.project]
    const whom = owner === undefined ? [] : [`${owner.uid}:${owner.gid}`]
    const { sinks } = tailOf()
    await runExec(
      engine,
      clock,
      helper.id,
      { command: [...command, ...whom], user: '0' },
      { stdin: '', sinks },
    )
  }

  async function runInHelper(script: string, sinks: Sinks, signal: AbortSignal): Promise<number> {
    const command = helperCommand({ umask: !givesAway })
    return inHelper((id) => runExec(engine, clock, id, { command }, { stdin: script, sinks }), signal)
  }

  /** A command cannot be ended from outside; its container can. */
  async function inHelper(run: (id: string) => Promise<number>, signal: AbortSignal): Promise<number> {
    const { id } = await givenHelper(signal)
    const finished = run(id)
    finished.catch(() => undefined)
    try {
      return await unlessAborted(finished, signal)
    } catch (error) {
      const isLost =
        isContainerMissing(error) ||
        (!signal.aborted && (await engine.inspectContainer(id))?.running !== true)
      await dropHelper()
      await finished.catch(() => undefined)
      throw isLost && !signal.aborted ? new ContainerLost(id, error) : error
    }
  }

  async function runOnce({ runsIn, text }: StageScript, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted()
    const log = toLog(output)
    try {
      return await (runsIn === 'build' ? runInBuild : runInHelper)(text, log, signal)
    } finally {
      await log.end()
    }
  }

  return {
    hostname: site.docker.hostname || site.base,
    workspace: hasFreshBuilds(site) ? 'fresh' : 'kept',
    mounts: site.volumes.infos,
    image: infoOf(recipe.image),
    recreate: parts.recreate,
    noteFailure: () => void (hasFailed = true),

    run: async (script, signal) => {
      const attempts = context.settings.attempts.executorSection
      for (let attempt = 1; ; attempt++) {
        try {
          const exitCode = await runOnce(script, signal)
          if (exitCode === 0) return
          // An engine that is stopped kills its containers, and answers for a second longer: the script is blamed only
          // if the engine stays.
          if (exitCode === killed || exitCode === terminated) {
            await clock.sleep(engineFarewellMs, signal)
            await engine.ping()
          }
          throw new JobFailure('script_failure', say('exit-code', { code: exitCode }), { exitCode })
        } catch (error) {
          signal.throwIfAborted()
          const doing = say('doing-stage', { stage: script.name })
          if (!(error instanceof ContainerLost))
            throw asJobFailure(error, { doing, engine, image: recipe.image.name })
          await (script.runsIn === 'build' ? dropBuild() : dropHelper())
          if (attempt >= attempts) {
            if (attempts > 1) await output.error('Execution attempts exceeded')
            throw new JobFailure('runner_system_failure', `${say('container-taken', { doing })}.`, {
              cause: error,
            })
          }
          await output.error(`Container "${error.container}" not found or removed. Will retry...`)
          await output.info(`Retrying ${script.name}`)
        }
      }
    },

    exec: async (command, { stdin, stdout, workingDir }, signal) => {
      signal.throwIfAborted()
      const { sinks, tail } = tailOf(stdout)
      const spec = { command, ...(workingDir !== undefined && { workingDir }) }
      try {
        const exitCode = await inHelper(
          (id) => runExec(engine, clock, id, spec, { stdin: stdin ?? '', sinks }),
          signal,
        )
        await finishWriting(stdout)
        return { exitCode, stderr: tail() }
      } catch (error) {
        stdin?.destroy()
        stdout?.destroy()
        signal.throwIfAborted()
        const lost =
          error instanceof ContainerLost
            ? new JobFailure('runner_system_failure', error.message, { cause: error })
            : error
        throw asJobFailure(lost, { doing: say('doing-helper-run', { command: command[0] ?? '' }), engine })
      }
    },

    [Symbol.asyncDispose]: async () => {
      helper?.release()
      await closeEarly(build)
      if (!parts.wantsHold(hasFailed)) return await parts.close()
      try {
        // One that was lost is made again, with the same mounts, user and variables.
        const { id } = await givenBuild()
        await parts.hold(id)
      } catch (error) {
        await parts.close()
        throw error
      }
    },
  }
}

// 128 and the signal's number.
const killed = 137
const terminated = 143
const engineFarewellMs = 3000

const hasFreshBuilds = ({ volumes, context }: Site) =>
  volumes.volumes.some(({ temporary, destination }) => temporary && destination === context.dirs.builds)

const finishWriting = (stdout: Writable | undefined) =>
  new Promise<void>((resolve) => (stdout === undefined ? resolve() : void stdout.end(resolve)))

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  using stack = new DisposableStack()
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    stack.defer(() => signal.removeEventListener('abort', onAbort))
  })
  return await Promise.race([work, aborted])
}

/** A container that is removed while it starts may outlive its removal, so the start is waited for. */
async function closeEarly(build: BuildContainer | undefined): Promise<void> {
  try {
    const session = await build?.session
    session?.[Symbol.dispose]()
  } catch {
    // It never started.
  }
}

function infoOf({ name, reference }: BuildRecipe['image']): JobImageInfo | undefined {
  const [, digest] = /(?:^|@)sha256:([0-9a-f]{64})$/.exec(reference) ?? []
  return digest === undefined ? undefined : { name, digest }
}
