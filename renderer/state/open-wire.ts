import type { Request } from '../../main/contract/frames.ts'
import type { Wire } from '../../main/contract/wire.ts'
import type { OpenWire } from './connection.ts'

/** The way to the engine from where this page was loaded: a window's message port, or a WebSocket of a browser. */
export const openWireFor = ({ protocol, host }: Pick<Location, 'protocol' | 'host'>): OpenWire =>
  protocol === 'app:' ? askForPort : () => openSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api`)

async function openSocket(url: string): Promise<Wire<unknown, Request>> {
  const socket = new WebSocket(url)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('close', () => reject(new Error('The connection was refused')), { once: true })
  })
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
    },
    onFrame: (listener) => socket.addEventListener('message', ({ data }) => listener(parsed(data))),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
  }
}

/** The preload script answers with a port; its words are said in `preload/preload.cts` too. */
async function askForPort(): Promise<Wire<unknown, Request>> {
  const port = await new Promise<MessagePort>((resolve) => {
    const hear = ({ source, data, ports: [handed] }: MessageEvent) => {
      if (source !== window || data !== 'drydock:port' || handed === undefined) return
      window.removeEventListener('message', hear)
      resolve(handed)
    }
    window.addEventListener('message', hear)
    window.postMessage('drydock:port-wanted', window.location.origin)
  })
  port.start()
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => port.addEventListener('message', ({ data }) => listener(data)),
    onClose: (listener) => port.addEventListener('close', () => listener()),
  }
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
