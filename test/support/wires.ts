import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

import { WebSocket, WebSocketServer } from 'ws'

import type { Wire } from '../../main/contract/wire.ts'
import { socketWire } from '../../main/loopback/socket-wire.ts'

type AnyWire = Wire<unknown, unknown>

/** Two ends that hear each other, and a way to cut between them. */
export interface WirePair extends AsyncDisposable {
  readonly here: AnyWire
  readonly there: AnyWire
  cut(): void
}

/** Frames pass through JSON, a microtask later, in order. */
export function memoryWires(): WirePair {
  const closers: (() => void)[] = []
  let cut = false
  const ends = [[], []] as [Listener[], Listener[]]
  const wire = (own: Listener[], other: Listener[]): AnyWire => ({
    send: (frame) => {
      const text = JSON.stringify(frame) as string | undefined
      queueMicrotask(() => {
        if (!cut) for (const listener of other) listener(text === undefined ? undefined : JSON.parse(text))
      })
    },
    onFrame: (listener) => void own.push(listener),
    onClose: (listener) => (cut ? listener() : void closers.push(listener)),
  })
  const close = () => {
    if (cut) return
    cut = true
    for (const listener of closers) listener()
  }
  return {
    here: wire(...ends),
    there: wire(ends[1], ends[0]),
    cut: close,
    [Symbol.asyncDispose]: async () => close(),
  }
}

export async function webSocketWires(): Promise<WirePair> {
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const connected = once(server, 'connection') as Promise<[WebSocket]>
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  const [[peer]] = await Promise.all([connected, once(socket, 'open')])
  return {
    here: socketWire(socket),
    there: socketWire(peer),
    cut: () => peer.terminate(),
    async [Symbol.asyncDispose]() {
      socket.terminate()
      server.close()
      http.close()
      await once(http, 'close')
    },
  }
}

export function messagePortWires(): WirePair {
  const { port1, port2 } = new MessageChannel()
  return {
    here: nodePortWire(port1),
    there: nodePortWire(port2),
    cut: () => port2.close(),
    [Symbol.asyncDispose]: async () => port1.close(),
  }
}

function nodePortWire(port: MessagePort): AnyWire {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
  }
}

type Listener = (frame: unknown) => void
