import type { MessagePortMain } from 'electron'

import type { Wire } from '../contract/wire.ts'

/** What is asked of a port in the main process. */
export type Port = Pick<MessagePortMain, 'postMessage' | 'start' | 'close'> & {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** A message port as a wire. */
export function portWire<Outgoing>(port: Port): Wire<unknown, Outgoing> {
  let closed = false
  port.on('close', () => (closed = true))
  port.start()
  return {
    send: (frame) => {
      if (!closed) port.postMessage(frame)
    },
    onFrame: (listener) => void port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => (closed ? listener() : void port.on('close', listener)),
  }
}
