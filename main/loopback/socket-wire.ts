import type { WebSocket } from 'ws'

import type { Wire } from '../contract/wire.ts'

/** A WebSocket of the `ws` package as a wire. What is not JSON arrives as undefined, and is refused as such above. */
export function socketWire<Outgoing>(socket: WebSocket): Wire<unknown, Outgoing> {
  return {
    send: (frame) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
    },
    onFrame: (listener) => void socket.on('message', (data) => listener(parsed((data as Buffer).toString()))),
    onClose: (listener) => {
      if (socket.readyState === socket.CLOSED) listener()
      else socket.on('close', listener)
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
