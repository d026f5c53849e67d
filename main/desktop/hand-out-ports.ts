import { runnerApi } from '../contract/api.ts'
import { serve, type ServeOptions } from '../contract/serve.ts'
import type { LivingApi } from './keep-engine.ts'
import { portWire, type Port } from './port-wire.ts'
import { isTrustedFrame, type SenderFrame } from './security.ts'

// The preload script says these words too.
const asking = 'drydock:port-wanted'
const handing = 'drydock:port'

/** What is asked of Electron's `ipcMain`. */
export interface Ipc<P> {
  on(channel: string, listener: (event: PortRequest<P>) => void): unknown
}

export interface PortRequest<P> {
  readonly senderFrame: AskingFrame<P> | null
}

export interface AskingFrame<P> extends SenderFrame {
  postMessage(channel: string, message: unknown, ports: P[]): void
}

/**
 * Serves the API to each of our pages that asks, over a message port of its own. Others are not answered. A page that
 * asks before there is an engine is answered when there is one; when that is lost its port closes, and it asks again.
 * @param makeChannel `() => new MessageChannelMain()`.
 */
export function handOutPorts<P>(
  ipc: Ipc<P>,
  makeChannel: () => { readonly port1: Port; readonly port2: P },
  engine: () => Promise<LivingApi>,
  options: ServeOptions = {},
): void {
  async function answer(frame: AskingFrame<P>): Promise<void> {
    const { api, lost } = await engine()
    // The page may be another one by now, or gone.
    if (!isTrustedFrame(frame)) return
    const { port1, port2 } = makeChannel()
    serve(runnerApi, api, portWire(port1), options)
    lost.addEventListener('abort', () => port1.close(), { once: true })
    frame.postMessage(handing, null, [port2])
  }

  ipc.on(asking, ({ senderFrame }) => {
    if (senderFrame === null || !isTrustedFrame(senderFrame)) return
    answer(senderFrame).catch((error: unknown) => options.onUnexpected?.('port', error))
  })
}
