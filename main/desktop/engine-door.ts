import type { runnerApi } from '../contract/api.ts'
import type { ApiImplementation } from '../contract/table.ts'

export type EngineApi = ApiImplementation<typeof runnerApi>

/** The engine that the application shows: its own, or one that runs already and is only looked at. */
export interface EngineDoor {
  readonly api: EngineApi
  readonly isOurs: boolean
  /** An engine that is not ours goes on. */
  finishJobsThenStop(): Promise<void>
  /** Reports running jobs as interrupted. An engine that is not ours goes on. */
  stopNow(): Promise<void>
}

/** What attaching and starting look like from here; `main.ts` has the real ones. */
export interface EngineSources {
  readonly attach: () => Promise<({ readonly api: EngineApi } & AsyncDisposable) | undefined>
  readonly start: () => Promise<{
    readonly api: EngineApi
    finishJobsThenStop(): Promise<void>
    stopNow(reason: string, timeoutMs: number): Promise<boolean>
    shutdownTimeout(): number
  }>
}

/** Two engines on one data folder would take each other's jobs for leftovers, so one that runs is joined. */
export async function openEngineDoor(
  { attach, start }: EngineSources,
  mayStart: boolean,
): Promise<EngineDoor | undefined> {
  const running = await attach()
  if (running !== undefined) {
    const leave = async () => running[Symbol.asyncDispose]()
    return { api: running.api, isOurs: false, finishJobsThenStop: leave, stopNow: leave }
  }
  if (!mayStart) return undefined
  const engine = await start()
  return {
    api: engine.api,
    isOurs: true,
    finishJobsThenStop: () => engine.finishJobsThenStop(),
    stopNow: async () => void (await engine.stopNow('aborted: Drydock was closed', engine.shutdownTimeout())),
  }
}
