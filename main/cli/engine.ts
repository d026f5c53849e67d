import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { parseGoDuration } from '../contract/go-duration.ts'
import { localCacheStore } from '../engine/cache/cache-store.ts'
import { openConfigStore } from '../engine/config/config-store.ts'
import { openConfigVersions } from '../engine/config/config-versions.ts'
import { certsDirectory } from '../engine/config/locations.ts'
import type { Config } from '../engine/config/schema.ts'
import { makeSystemId, readSystemId } from '../engine/config/system-id.ts'
import { RenewalTroubles } from '../engine/config/renewal-troubles.ts'
import { rotateTokens } from '../engine/config/token-rotation.ts'
import { openDataDirs } from '../engine/data-dirs.ts'
import { createDiskKeeper } from '../engine/disk/disk-keeper.ts'
import { openUsageLog } from '../engine/disk/usage-log.ts'
import { connectDocker } from '../engine/docker/connect.ts'
import { createDockerHost } from '../engine/docker-host.ts'
import { openHeldJobs } from '../engine/docker/held-jobs.ts'
import { surroundings } from '../engine/docker/endpoint.ts'
import { knownEngines } from '../engine/docker/known-engines.ts'
import { newSessionId } from '../engine/docker/session-id.ts'
import { createEngine } from '../engine/engine.ts'
import type { ConfigSource } from '../engine/engine-ports.ts'
import { connectRunner } from '../engine/gitlab/runner-connection.ts'
import { openHistory } from '../engine/history/history.ts'
import { openSettings } from '../engine/settings.ts'
import { openToolchainDesk } from '../engine/toolchain/desk/desk.ts'
import { preflightLabels } from '../engine/toolchain/desk/examination.ts'
import { startFirstFingerprints } from '../engine/toolchain/desk/first-fingerprints.ts'
import { watchFingerprints } from '../engine/toolchain/desk/watched-fingerprints.ts'
import { createJobToolchains } from '../engine/toolchain/job-toolchains.ts'
import { startLoopback } from '../loopback/loopback.ts'
import { startMetrics } from '../loopback/metrics/start-metrics.ts'
import { assetsDirectory } from './assets-directory.ts'
import { practiceImagesFor } from './demo/practice-images.ts'
import { resourcesDirectory } from './resources-directory.ts'
import { CommandFailure } from './command.ts'
import type { Terminal } from './terminal.ts'
import { announceEngine } from './control-file.ts'
import type { ConfigOrigin, EngineRequest, RunningEngine } from './engine-port.ts'
import { findEngine } from './find-engine.ts'
import { tokenCalls } from '../engine/gitlab/token-calls.ts'

const defaultShutdownS = 30

/** Builds the real engine and starts it: the composition root of every headless way to run Drydock. */
export async function startEngine(request: EngineRequest): Promise<RunningEngine> {
  const { terminal, origin, dataDir } = request
  const { clock, logger, around, hostname } = terminal
  await using starting = new AsyncDisposableStack()
  const stopped = new AbortController()

  await refuseSecondEngine(dataDir)
  const source = await openSource(origin, dataDir, terminal)
  starting.defer(source.close)
  terminal.followLogSettings(source.config.current())
  const dirs = openDataDirs(dataDir)
  const history = openHistory({ path: dirs.history, logger })
  starting.defer(() => history.close())
  const systemId =
    origin.kind === 'file'
      ? await readSystemId({ configFile: origin.file, onWarning: (message) => logger.warn(message) })
      : await makeSystemId()

  const usage = await openUsageLog(dirs.usage, clock)
  starting.defer(() => usage.saved())
  const settings = openSettings(dirs.root, logger)
  const held = openHeldJobs(dirs.held, { clock, settings: () => settings().hold })
  const sessionId = newSessionId(dirs.root)
  const docker = createDockerHost({
    config: () => source.config.current(),
    around: surroundings(),
    systemId,
    sessionId,
    usage,
    held,
    sharesSources: () => settings().sources.shared,
    clock,
    logger,
    hostname,
  })
  const certsDir = certsDirectory(around)
  const disk = createDiskKeeper({
    engines: () => docker.engines(),
    config: () => source.config.current(),
    settings,
    usage,
    history,
    dirs,
    systemId,
    sessionId,
    clock,
    logger,
  })
  const desk = openToolchainDesk(dirs.root)
  const fingerprints = watchFingerprints(desk.fingerprints, clock)
  const noFingerprint = (error: unknown) =>
    logger.error({ err: error }, 'the fingerprint of a toolchain could not be taken')
  // A single job waits for nobody else's toolchains.
  if (source.file !== undefined)
    starting.use(startFirstFingerprints({ ...desk, fingerprints, onUnexpected: noFingerprint }))
  const renewalTroubles = new RenewalTroubles()
  const engine = createEngine({
    renewalTroubles,
    clock,
    logger,
    config: source.config,
    history,
    docker,
    disk,
    held,
    settings,
    caches: localCacheStore(dirs.caches),
    toolchains: createJobToolchains({
      library: desk.library,
      fingerprints,
      clock,
      onUnexpected: noFingerprint,
    }),
    toolchainHost: {
      ...desk,
      fingerprints,
      labels: preflightLabels(systemId, sessionId),
      home: around.home,
      ...(request.chooseFolder && { chooseFolder: request.chooseFolder }),
    },
    dirs,
    systemId,
    hostname,
    connect: (runner) => {
      const { labels, connection_max_age } = source.config.current()
      const connectionMaxAge = parseGoDuration(connection_max_age ?? '')
      return connectRunner({
        runner,
        labels,
        systemId,
        certsDir,
        env: around.environment,
        clock,
        logger,
        ...(connectionMaxAge !== undefined && { connectionMaxAge }),
      })
    },
    ...(request.practiceUrl !== undefined && { practiceUrl: request.practiceUrl }),
    ...(source.file !== undefined && {
      setup: {
        ...source.file,
        certsDir,
        home: around.home,
        env: around.environment,
        openDocker: (settings) => connectDocker(settings, surroundings()),
        knownEngines: () => knownEngines(surroundings()),
        library: desk.library,
        ...(request.secrets && { secrets: request.secrets }),
        practice: {
          project: join(resourcesDirectory(), 'practice-project'),
          provideImages: (docker) => practiceImagesFor(docker, (line) => logger.info(line)),
        },
      },
    }),
  })

  const loopback = await startLoopback({
    api: engine.api,
    assets: request.assets ?? assetsDirectory(),
    port: request.serve?.port ?? 0,
    token: randomBytes(24).toString('base64url'),
    onUnexpected: (entry, error) =>
      logger.error({ err: error, entry }, 'the application asked for something that failed'),
  })
  starting.use(loopback)
  const listenAddress = request.listenAddress ?? source.config.current().listen_address
  if (listenAddress !== '') starting.use(await openMetrics(listenAddress, engine.api, systemId, logger))
  starting.use(announceEngine(dirs.root, loopback.url))
  const store = source.file?.store
  if (store !== undefined) {
    const calls = tokenCalls({ systemId, certsDir, env: around.environment, clock, logger })
    rotateTokens({ store, calls, clock, logger, troubles: renewalTroubles }, stopped.signal).catch(
      (error: unknown) => {
        if (!stopped.signal.aborted) logger.error({ err: error }, 'token rotation ended unexpectedly')
      },
    )
    void followLogSettings(source.config, terminal, stopped.signal)
  }
  engine.start()

  const running = starting.move()
  const close = async () => {
    stopped.abort()
    await running.disposeAsync()
  }
  return {
    api: engine.api,
    counts: engine.counts,
    jobsChanged: (signal) => engine.jobsChanged(signal),
    url: loopback.url,
    shutdownTimeout: () => {
      const { shutdown_timeout } = source.config.current()
      return (shutdown_timeout > 0 ? shutdown_timeout : defaultShutdownS) * 1000
    },
    reload: async () => store?.reload(),
    finishJobsThenStop: async () => {
      await engine.finishJobsThenStop()
      await close()
    },
    stopNow: async (reason, timeoutMs) => {
      const inTime = await engine.stopNow(reason, timeoutMs)
      await close()
      return inTime
    },
  }
}

/** @throws CommandFailure when the address cannot be had, as gitlab-runner refuses to start. */
async function openMetrics(
  address: string,
  api: RunningEngine['api'],
  systemId: string,
  logger: Terminal['logger'],
) {
  try {
    const onUnexpected = (error: unknown) => logger.error({ err: error }, 'metrics are no longer up to date')
    const metrics = await startMetrics({ api, address, systemId, onUnexpected })
    logger.info(`Metrics are served at ${address}, port ${metrics.port}`)
    return metrics
  } catch (error) {
    throw new CommandFailure(
      `listen_address = "${address}" cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** Two engines on one data folder would take each other's running jobs for what a crash has left. */
async function refuseSecondEngine(dataDir: string): Promise<void> {
  await using other = await findEngine(dataDir)
  if (other === undefined) return
  throw new CommandFailure(
    `Drydock already runs with the data folder ${dataDir}: stop it first, or choose another with --data-dir.`,
  )
}

async function openSource(origin: ConfigOrigin, dataDir: string, { around, clock, logger }: Terminal) {
  if (origin.kind === 'fixed')
    return { config: fixedSource(origin.config), file: undefined, close: async () => {} }
  const log = {
    info: (message: string) => logger.info(message),
    warn: (message: string) => logger.warn(message),
    error: (message: string) => logger.error(message),
  }
  const versions = openConfigVersions({ root: dataDir, configFile: origin.file, clock })
  const store = await openConfigStore({
    file: origin.file,
    environment: around.environment,
    clock,
    logger: log,
    versions,
  })
  // What became of the file while Drydock did not run.
  await store.reload()
  return { config: store, file: { store, versions }, close: () => store[Symbol.asyncDispose]() }
}

/** The configuration of `run-single`: what the command line says, for as long as it runs. */
const fixedSource = (config: Config): ConfigSource => ({
  file: '',
  current: () => config,
  problems: () => [],
  async *watch() {},
  async *watchProblems() {},
})

async function followLogSettings(
  config: ConfigSource,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  for await (const next of config.watch(signal)) terminal.followLogSettings(next)
}
