import type { Logger } from 'pino'

import type { DockerStatus } from '../contract/status.ts'
import { say } from '../contract/sentences/say.ts'
import type { Clock } from './clock.ts'
import { Changes } from './changes.ts'
import type { Config } from './config/schema.ts'
import { connectDocker } from './docker/connect.ts'
import {
  distinctEndpoints,
  endpointKey,
  endpointSettings,
  type EndpointSettings,
  type Surroundings,
} from './docker/endpoint.ts'
import { dockerStatusOf, EngineUnreachable } from './docker/engine-unreachable.ts'
import { createDockerExecutor, type DockerExecutor } from './docker/executor.ts'
import type { HeldJobs } from './docker/held-jobs.ts'
import type { DockerEngine } from './docker/port.ts'
import { unnoted, type Usage } from './docker/usage.ts'
import { sweep } from './docker/sweep.ts'
import type { DockerHost } from './engine-ports.ts'
import { JobFailure } from './job/outcome.ts'

export interface DockerHostOptions {
  readonly config: () => Config
  readonly around: Surroundings
  readonly systemId: string
  /** Names this process; what carries another one's label belongs to nobody alive. */
  readonly sessionId: string
  /** Nothing is noted where not given. */
  readonly usage?: Usage
  /** No job is kept where not given. */
  readonly held?: HeldJobs
  /** May new slots take git objects from others of their project? Yes where not given. */
  readonly sharesSources?: () => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly hostname: string
}

// An engine that went away or came back is noticed within this time by the screen; jobs notice at once.
const lookEveryMs = 15_000

/** The Docker engines that the configuration's runners use: found when first needed, and again after they were lost. */
export function createDockerHost(options: DockerHostOptions): DockerHost {
  const { config, around, clock, logger } = options
  const engines = new Map<string, Promise<DockerEngine>>()
  const executors = new Map<string, DockerExecutor>()
  const changes = new Changes<'status', DockerStatus>()
  let status: DockerStatus = { state: 'unknown' }

  const engineFor = (settings: EndpointSettings): Promise<DockerEngine> => {
    const key = endpointKey(settings)
    const known = engines.get(key)
    if (known !== undefined) return known
    const connecting = connectDocker(settings, around)
    engines.set(key, connecting)
    connecting.catch(() => engines.delete(key))
    return connecting
  }

  const executorFor = (settings: EndpointSettings): DockerExecutor => {
    const key = endpointKey(settings)
    const known = executors.get(key)
    if (known !== undefined) return known
    const { sessionId, usage = unnoted, held, sharesSources } = options
    const made = createDockerExecutor({
      engine: () => engineFor(settings),
      sessionId,
      usage,
      ...(held !== undefined && { held }),
      ...(sharesSources !== undefined && { sharesSources }),
      clock,
      logger,
    })
    executors.set(key, made)
    return made
  }

  /** An engine that does not run yet is waited for. */
  const reachable = async (settings: EndpointSettings, signal: AbortSignal): Promise<DockerEngine> => {
    for (;;) {
      try {
        return await engineFor(settings)
      } catch (error) {
        if (!(error instanceof EngineUnreachable)) throw error
      }
      await clock.sleep(lookEveryMs, signal)
    }
  }

  const look = async (): Promise<void> => {
    const before = JSON.stringify(status)
    const settings = endpointSettings(config().runners.find(({ docker }) => docker !== undefined)?.docker)
    try {
      const engine = await engineFor(settings)
      await engine.ping()
      status = dockerStatusOf(engine)
    } catch (error) {
      engines.delete(endpointKey(settings))
      status = dockerStatusOf(
        error instanceof EngineUnreachable
          ? error
          : new EngineUnreachable(
              settings.host ?? '',
              say('docker-stopped'),
              say('docker-start-again'),
              error,
            ),
      )
    }
    if (JSON.stringify(status) === before) return
    if (status.state === 'unreachable') logger.warn(`${status.problem}. ${status.remedy}.`)
    else if (status.state === 'ready')
      logger.info(`${status.product} ${status.version} answers at ${status.endpoint}`)
    changes.publish('status', status)
  }

  const reachableNow = async (): Promise<readonly DockerEngine[]> => {
    const found = await Promise.allSettled(endpoints().map(engineFor))
    return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  const lookAfterAll = async (): Promise<void> => {
    await look()
    // An engine that is still away keeps what is owed to it.
    await Promise.allSettled([...executors.values()].map((executor) => executor.removeOwed()))
    await options.held?.releaseExpired(await reachableNow())
  }

  const endpoints = () => distinctEndpoints(config().runners)

  return {
    engines: reachableNow,
    executor: {
      prepare: (context, output, signal, observer) => {
        if (context.runner.docker === undefined) {
          throw new JobFailure(
            'runner_configuration_error',
            say('section-missing', { name: context.runner.name }),
          )
        }
        return executorFor(endpointSettings(context.runner.docker)).prepare(context, output, signal, observer)
      },
    },
    status: () => status,
    async *watchStatus(signal) {
      const heard = changes.watch(signal)
      const looking = keepLooking(lookAfterAll, clock, signal)
      yield* heard
      await looking
    },
    sweep: async (signal) => {
      const { systemId, sessionId, held } = options
      const isHeld = (name: string) => held?.isHeld(name) ?? false
      await Promise.all(
        endpoints().map(async (one) => {
          const removed = await sweep(await reachable(one, signal), { systemId, sessionId, isHeld })
          if (removed.length > 0) logger.info({ removed }, 'removed what a crash left in Docker')
        }),
      )
    },
  }
}

async function keepLooking(look: () => Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look()
    await clock.sleep(lookEveryMs, signal).catch(() => {})
  }
}
