import type { Clock } from '../engine/clock.ts'
import type { EngineApi, EngineDoor } from './engine-door.ts'

export interface KeepEngineParts {
  /** @returns undefined where none runs and none may be started. */
  readonly open: (mayStart: boolean) => Promise<EngineDoor | undefined>
  /** Looks at the engine until it is lost or the signal aborts. */
  readonly follow: (door: EngineDoor, signal: AbortSignal) => Promise<void>
  /** No engine could be had. Resolves when it should be tried again. */
  readonly onFailure: (error: unknown) => Promise<void>
  readonly clock: Clock
}

const askEveryMs = 3000
// A service manager starts its engine again within seconds; until then nobody else may take its place.
const waitForOthersMs = 30_000

/** An engine's API for as long as that engine is there. */
export interface LivingApi {
  readonly api: EngineApi
  readonly lost: AbortSignal
}

/** Has an engine at hand until the signal aborts: joins one that runs, else starts one, and again when it is lost. */
export class EngineKeeper {
  #door: EngineDoor | undefined
  #living = Promise.withResolvers<LivingApi>()
  readonly #parts: KeepEngineParts

  constructor(parts: KeepEngineParts) {
    this.#parts = parts
  }

  get door(): EngineDoor | undefined {
    return this.#door
  }

  /** The engine, once there is one. */
  living(): Promise<LivingApi> {
    return this.#living.promise
  }

  async keep(signal: AbortSignal): Promise<void> {
    const { open, follow, onFailure, clock } = this.#parts
    let lostAt: number | undefined
    while (!signal.aborted) {
      try {
        const mayStart = lostAt === undefined || clock.monotonic() - lostAt >= waitForOthersMs
        const door = await open(mayStart)
        if (door !== undefined) {
          await this.#useWhileItLasts(door, () => follow(door, signal))
          if (signal.aborted) return
          lostAt = door.isOurs ? undefined : clock.monotonic()
        }
      } catch (error) {
        if (signal.aborted) return
        await onFailure(error)
        continue
      }
      await clock.sleep(askEveryMs, signal).catch(() => undefined)
    }
  }

  async #useWhileItLasts(door: EngineDoor, follow: () => Promise<void>): Promise<void> {
    const lost = new AbortController()
    this.#door = door
    this.#living.resolve({ api: door.api, lost: lost.signal })
    try {
      await follow()
    } finally {
      this.#living = Promise.withResolvers()
      this.#door = undefined
      lost.abort()
    }
  }
}
