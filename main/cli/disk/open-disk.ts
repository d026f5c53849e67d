import type { DiskUsage, Pruned } from '../../contract/disk.ts'
import { parseConfig } from '../../engine/config/parse-config.ts'
import { readSystemId } from '../../engine/config/system-id.ts'
import { openDataDirs } from '../../engine/data-dirs.ts'
import { createDiskKeeper } from '../../engine/disk/disk-keeper.ts'
import { openUsageLog } from '../../engine/disk/usage-log.ts'
import { createDockerHost } from '../../engine/docker-host.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import { newSessionId } from '../../engine/docker/session-id.ts'
import { openHistory } from '../../engine/history/history.ts'
import { openSettings } from '../../engine/settings.ts'
import { readFile } from 'node:fs/promises'
import { CommandFailure } from '../command.ts'
import type { StatusRequest } from '../engine-port.ts'
import { findEngine } from '../find-engine.ts'

/** What the commands about the disk need of Drydock. */
export interface Disk extends AsyncDisposable {
  read(): Promise<DiskUsage>
  plan(wish: { readonly downTo?: number }): Promise<Pruned>
  prune(wish: { readonly downTo?: number }): Promise<Pruned>
}

/** The disk of the engine that runs on the data folder; where none does, we look ourselves. */
export async function openDisk(request: StatusRequest): Promise<Disk> {
  const attached = await findEngine(request.dataDir)
  if (attached === undefined) return await openIdleDisk(request)
  const { api } = attached
  return {
    read: () => api.readDisk(undefined),
    plan: (wish) => api.planPrune(wish),
    prune: (wish) => api.pruneDisk(wish),
    [Symbol.asyncDispose]: () => attached[Symbol.asyncDispose](),
  }
}

async function openIdleDisk({ terminal, configFile, dataDir }: StatusRequest): Promise<Disk> {
  const { clock, logger, around, hostname } = terminal
  const text = await readFile(configFile, 'utf8').catch(() => {
    throw new CommandFailure(`${configFile} cannot be read. Name another with --config.`)
  })
  const { config } = parseConfig(text, { environment: around.environment })
  if (config === undefined)
    throw new CommandFailure(`${configFile} has errors. "drydock lint" shows them; mend them first.`)

  await using opening = new AsyncDisposableStack()
  const dirs = openDataDirs(dataDir)
  const history = openHistory({ path: dirs.history, logger })
  opening.defer(() => history.close())
  const usage = await openUsageLog(dirs.usage, clock)
  opening.defer(() => usage.saved())
  const systemId = await readSystemId({ configFile, onWarning: (message) => logger.warn(message) })
  const sessionId = newSessionId(dirs.root)
  const docker = createDockerHost({
    config: () => config,
    around: surroundings(),
    systemId,
    sessionId,
    usage,
    clock,
    logger,
    hostname,
  })
  opening.defer(async () => {
    for (const engine of await docker.engines()) engine.close()
  })
  const keeper = createDiskKeeper({
    engines: () => docker.engines(),
    config: () => config,
    settings: openSettings(dataDir, logger),
    usage,
    history,
    dirs,
    systemId,
    sessionId,
    clock,
    logger,
  })
  const open = opening.move()
  return {
    read: () => keeper.read(),
    plan: (wish) => keeper.plan(wish),
    prune: (wish) => keeper.prune(wish),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
