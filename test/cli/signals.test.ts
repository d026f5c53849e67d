import { EventEmitter } from 'node:events'

import { describe, expect, it } from 'vitest'

import { obeySignals, type Stoppable } from '../../main/cli/signals.ts'

/** An engine that writes down what is asked of it and stops when told to. */
function anEngine() {
  const asked: string[] = []
  const finished = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<boolean>()
  const engine: Stoppable = {
    finishJobsThenStop: () => (asked.push('finish'), finished.promise),
    stopNow: (reason, timeout) => (asked.push(`${reason} within ${timeout}`), stopped.promise),
    reload: async () => void asked.push('reload'),
  }
  const source = new EventEmitter()
  const enough = Promise.withResolvers<void>()
  const code = obeySignals({
    source,
    engine,
    shutdownTimeout: () => 30_000,
    logger: { info() {}, warn() {} },
    enough: enough.promise,
  })
  return { asked, source, code, enough, finish: () => finished.resolve(), stop: stopped.resolve }
}

describe('signals to a running engine', () => {
  it('SIGQUIT lets jobs finish, however often it comes, and exits with 0', async () => {
    const { asked, source, code, finish } = anEngine()
    source.emit('SIGQUIT')
    source.emit('SIGQUIT')
    finish()
    expect([await code, asked]).toEqual([0, ['finish']])
  })

  it.each([
    { signal: 'SIGTERM', reason: 'aborted: terminated', inTime: true, exit: 0 },
    { signal: 'SIGINT', reason: 'aborted: interrupt', inTime: true, exit: 0 },
    { signal: 'SIGTERM', reason: 'aborted: terminated', inTime: false, exit: 1 },
  ])(
    '$signal stops jobs; exit $exit when reported in time: $inTime',
    async ({ signal, reason, inTime, exit }) => {
      const { asked, source, code, stop } = anEngine()
      source.emit(signal)
      stop(inTime)
      expect([await code, asked]).toEqual([exit, [`${reason} within 30000`]])
    },
  )

  it('SIGTERM after SIGQUIT stops jobs', async () => {
    const { asked, source, code, finish, stop } = anEngine()
    source.emit('SIGQUIT')
    source.emit('SIGTERM')
    finish()
    await Promise.resolve()
    stop(false)
    expect([await code, asked]).toEqual([1, ['finish', 'aborted: terminated within 30000']])
  })

  it('a second SIGINT waits no longer', async () => {
    const { source, code } = anEngine()
    source.emit('SIGINT')
    source.emit('SIGTERM')
    expect(await code).toBe(1)
  })

  it('SIGHUP reloads and goes on', async () => {
    const { asked, source, code, finish } = anEngine()
    source.emit('SIGHUP')
    source.emit('SIGQUIT')
    finish()
    expect([await code, asked]).toEqual([0, ['reload', 'finish']])
  })

  it('having done enough finishes like SIGQUIT', async () => {
    const { asked, code, enough, finish } = anEngine()
    enough.resolve()
    finish()
    expect([await code, asked]).toEqual([0, ['finish']])
  })

  it('a signal that came while the engine started stops it', async () => {
    const asked: string[] = []
    const engine: Stoppable = {
      finishJobsThenStop: () => Promise.resolve(),
      stopNow: (reason) => (asked.push(reason), Promise.resolve(true)),
      reload: () => Promise.resolve(),
    }
    const options = {
      source: new EventEmitter(),
      engine,
      shutdownTimeout: () => 1,
      logger: { info() {}, warn() {} },
    }
    const code = await obeySignals({ ...options, interrupted: AbortSignal.abort() })
    expect([code, asked]).toEqual([0, ['aborted: terminated']])
  })

  it('leaves no listener behind', async () => {
    const { source, code, finish } = anEngine()
    source.emit('SIGQUIT')
    finish()
    await code
    expect(source.eventNames()).toEqual([])
  })
})
