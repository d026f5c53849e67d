import { setImmediate } from 'node:timers/promises'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

import { describe, expect, it } from 'vitest'

import { runnerApi } from '../../main/contract/api.ts'
import { connect } from '../../main/contract/connect.ts'
import { handOutPorts, type PortRequest } from '../../main/desktop/hand-out-ports.ts'
import { portWire, type Port } from '../../main/desktop/port-wire.ts'
import type { Answer } from '../../main/contract/frames.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { hostileFrames } from '../support/hostile-frames.ts'

describe('the main process', () => {
  it('gives our page a port that carries the API', async () => {
    const main = aMainProcess()
    const port = await main.ask('app://drydock/', null)
    const api = connect(runnerApi, portWire(electronic(port)))
    expect((await api.findJobs({ limit: 1 })).jobs).toHaveLength(1)
    port?.close()
  })

  it.each([
    ['a page of the web', 'https://evil.example/', null],
    ['a frame within ours', 'app://drydock/', {}],
  ])('gives %s none', async (_, url, parent) => {
    expect(await aMainProcess().ask(url, parent)).toBeUndefined()
  })

  it('closes the port when its engine is lost, so that the page asks anew', async () => {
    const main = aMainProcess()
    const port = await main.ask('app://drydock/', null)
    const closed = new Promise((resolve) => port?.once('close', () => resolve('closed')))
    port?.start()
    main.loseEngine()
    expect(await closed).toBe('closed')
  })

  it('lives through 10,000 messages of nonsense', async () => {
    const main = aMainProcess()
    const port = await main.ask('app://drydock/', null)
    const answers: Answer[] = []
    port?.on('message', (answer: Answer) => answers.push(answer))
    for (const frame of hostileFrames(10_000)) port?.postMessage(frame)
    await expect.poll(() => answers.length).toBeGreaterThan(5000)
    const codes = new Set(answers.flatMap((answer) => (answer.type === 'failure' ? [answer.code] : [])))
    port?.close()
    const next = await main.ask('app://drydock/', null)
    const api = connect(runnerApi, portWire(electronic(next)))
    expect([main.unexpected, codes.has('internal'), (await api.findJobs({ limit: 2 })).jobs.length]).toEqual([
      [],
      false,
      2,
    ])
    next?.close()
  })
})

/** Asks as a frame does; what it is handed is the page's end. */
function aMainProcess() {
  const listeners: ((event: PortRequest<MessagePort>) => void)[] = []
  const { api } = fakeEngine()
  const ipc = {
    on: (_: string, listener: (event: PortRequest<MessagePort>) => void) => listeners.push(listener),
  }
  const makeChannel = () => {
    const { port1, port2 } = new MessageChannel()
    return { port1: electronic(port1), port2 }
  }
  const lost = new AbortController()
  const unexpected: string[] = []
  handOutPorts(ipc, makeChannel, async () => ({ api, lost: lost.signal }), {
    onUnexpected: (entry, error) => unexpected.push(`${entry}: ${String(error)}`),
  })
  return {
    unexpected,
    loseEngine: () => lost.abort(),
    async ask(url: string, parent: unknown): Promise<MessagePort | undefined> {
      let handed: MessagePort | undefined
      const postMessage = (_: string, __: unknown, [port]: MessagePort[]) => (handed = port)
      for (const listener of listeners) listener({ senderFrame: { url, parent, postMessage } })
      await setImmediate()
      return handed
    },
  }
}

/** Node's port with the events of Electron's. */
function electronic(port: MessagePort | undefined): Port {
  return {
    start: () => port?.start(),
    close: () => port?.close(),
    postMessage: (message: unknown) => port?.postMessage(message),
    on(event: 'message' | 'close', listener: (event: { data: unknown }) => void) {
      if (event === 'close') port?.on('close', () => listener({ data: undefined }))
      else port?.on('message', (data: unknown) => listener({ data }))
    },
  }
}
