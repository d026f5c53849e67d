import { describe, expect, it } from 'vitest'
import type { StoreApi } from 'zustand/vanilla'

import { runnerApi } from '../../main/contract/api.ts'
import { serve } from '../../main/contract/serve.ts'
import { LogDocument } from '../../renderer/log/log-document.ts'
import { createAppState } from '../../renderer/state/app-state.ts'
import { createConnection } from '../../renderer/state/connection.ts'
import { createLogStore } from '../../renderer/state/log.ts'
import { fakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { memoryWires, type WirePair } from '../support/wires.ts'

const nothingKept = { getItem: () => null, setItem: () => {} }

describe('the connection to the engine', () => {
  it('begins streams over state again with a snapshot after a loss', async () => {
    using page = aPage()
    const { status } = createAppState(page.connection, page.left.signal, nothingKept)
    await expect.poll(() => status.getState()).toMatchObject({ value: { paused: false } })
    page.lose()
    page.engine.setStatus({ paused: true })
    expect(page.connection.state.getState()).toBe('lost')
    page.connection.retryNow()
    await expect.poll(() => status.getState()).toMatchObject({ value: { paused: true } })
  })

  it('goes on with a log from where it was, and reads no byte twice', async () => {
    using page = aPage()
    const log = createLogStore(page.connection, 215, new LogDocument(), page.left.signal, async () => {})
    await until(log, ({ version }) => version === 1)
    page.lose()
    page.engine.print(215, 'more\n')
    page.engine.finish(215, { result: 'success' })
    page.connection.retryNow()
    await until(log, ({ ended }) => ended)
    const read = await log.getState().document.raw.all().text()
    expect({ bytes: Buffer.byteLength(read), end: read.slice(-6) }).toEqual({
      bytes: (await page.engine.api.readJob({ id: 215 })).logSize,
      end: '\nmore\n',
    })
  })

  it('reports what the engine refuses instead of asking again', async () => {
    using page = aPage()
    const log = createLogStore(page.connection, 9999, new LogDocument(), page.left.signal, async () => {})
    await expect.poll(() => log.getState().error).toMatchObject({ code: 'not-found' })
  })

  it('keeps trying while there is nothing to connect to', async () => {
    using page = aPage({ refuses: 2 })
    await until(page.connection.state, (state) => state === 'lost')
    page.connection.retryNow()
    await until(page.connection.state, (state) => state === 'open')
  })
})

describe('the history', () => {
  it('finds what is typed, reads on, and forgets the answer to an older question', async () => {
    using page = aPage()
    const { history } = createAppState(page.connection, page.left.signal, nothingKept)
    await expect.poll(() => history.store.getState()).toMatchObject({ phase: 'ready', total: 216 })
    history.more()
    await expect.poll(() => history.store.getState().jobs).toHaveLength(200)
    history.search({ text: 'l' })
    history.search({ text: 'lint' })
    await expect.poll(() => history.store.getState().phase).toBe('ready')
    expect(new Set(history.store.getState().jobs.map(({ name }) => name))).toEqual(new Set(['lint']))
  })

  it('shows a job that begins, and what becomes of it', async () => {
    using page = aPage()
    const { history } = createAppState(page.connection, page.left.signal, nothingKept)
    await expect.poll(() => history.store.getState().total).toBe(216)
    const id = page.engine.accept({ name: 'deploy' })
    await expect
      .poll(() => history.store.getState().jobs[0])
      .toMatchObject({ id, state: { phase: 'running' } })
    page.engine.finish(id, { result: 'success' })
    await expect.poll(() => history.store.getState().jobs[0]).toMatchObject({ state: { phase: 'finished' } })
  })
})

/** Resolves once the store's state is so. */
const until = <T>(store: StoreApi<T>, holds: (state: T) => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!holds(store.getState())) return
      left()
      resolve()
    }
    const left = store.subscribe(look)
    look()
  })

interface APage extends Disposable {
  readonly engine: FakeEngine
  readonly connection: ReturnType<typeof createConnection>
  readonly left: AbortController
  lose(): void
}

/** A page that is connected to an engine in memory. */
function aPage({ refuses = 0 } = {}): APage {
  const engine = fakeEngine()
  const left = new AbortController()
  let current: WirePair | undefined
  let refusals = refuses
  const openWire = async () => {
    if (refusals-- > 0) throw new Error('refused')
    current = memoryWires()
    serve(runnerApi, engine.api, current.there)
    return current.here
  }
  return {
    engine,
    left,
    connection: createConnection(openWire, left.signal),
    lose: () => current?.cut(),
    [Symbol.dispose]() {
      left.abort()
      current?.cut()
    },
  }
}
