import { createStore, type StoreApi } from 'zustand/vanilla'

import { runnerApi, type RunnerApi } from '../../main/contract/api.ts'
import { connect } from '../../main/contract/connect.ts'
import type { Request } from '../../main/contract/frames.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Wire } from '../../main/contract/wire.ts'

/** Opens a new wire to the engine; rejects where there is none to be had right now. */
export type OpenWire = () => Promise<Wire<unknown, Request>>

export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface Connection {
  readonly state: StoreApi<ConnectionState>
  /** The engine, once it can be asked. Rejects with the signal's reason. */
  ready(signal: AbortSignal): Promise<RunnerApi>
  /**
   * Listens to a stream for as long as the signal allows, through lost connections: `watch` is asked again after each
   * and begins with a snapshot, or from the offset it has by then. Rejects with what the engine answers.
   */
  follow<T>(
    watch: (api: RunnerApi, signal: AbortSignal) => AsyncIterable<T>,
    /** What it promises is waited for before the next item. */
    onItem: (item: T) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
  /** Tries again at once instead of waiting. */
  retryNow(): void
}

const firstDelay = 250
const longestDelay = 5000

/** Keeps one wire open until the signal aborts, opening a new one when it is lost, ever less often. */
export function createConnection(openWire: OpenWire, signal: AbortSignal): Connection {
  const state = createStore<ConnectionState>(() => 'connecting')
  let current = Promise.withResolvers<RunnerApi>()
  /** Of the loss that lasts; someone may ask to try again at once before the wait has begun. */
  let retry = Promise.withResolvers<void>()
  const lose = () => {
    retry = Promise.withResolvers()
    state.setState('lost')
  }

  async function keepOpen(): Promise<void> {
    let delay = firstDelay
    while (!signal.aborted) {
      const wire = await openWire().catch(() => undefined)
      if (wire !== undefined) {
        const closed = Promise.withResolvers<void>()
        // First of all listeners: whatever fails by the loss has to find it said.
        wire.onClose(() => {
          current = Promise.withResolvers()
          lose()
          closed.resolve()
        })
        current.resolve(connect(runnerApi, wire))
        state.setState('open')
        delay = firstDelay
        await closed.promise
      } else {
        lose()
      }
      const waiting = setTimeout(retry.resolve, delay)
      await retry.promise
      clearTimeout(waiting)
      delay = Math.min(delay * 2, longestDelay)
    }
  }

  async function ready(caller: AbortSignal): Promise<RunnerApi> {
    caller.throwIfAborted()
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(caller.reason)
    caller.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([current.promise, left.promise])
    } finally {
      caller.removeEventListener('abort', leave)
    }
  }

  void keepOpen()
  return {
    state,
    ready,
    retryNow: () => retry.resolve(),
    async follow(watch, onItem, caller) {
      while (!caller.aborted) {
        const api = await ready(caller)
        try {
          for await (const item of watch(api, caller)) {
            const taken = onItem(item)
            if (taken !== undefined) await taken
          }
          return
        } catch (error) {
          const lost =
            error instanceof ApiError && error.code === 'unavailable' && state.getState() !== 'open'
          if (!lost && !caller.aborted) throw error
        }
      }
    },
  }
}
