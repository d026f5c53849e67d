import { runnerApi } from '../contract/api.ts'
import { serve, type ServeOptions } from '../contract/serve.ts'
import type { ApiImplementation } from '../contract/table.ts'
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
  readonly senderFrame:
    | (SenderFrame & { postMessage(channel: string, message: unknown, ports: P[]): void })
    | null
}

/**
 * Serves the API to each of our pages that asks, over a message port of its own. Others are not answered.
 * @param makeChannel `() => new MessageChannelMain()`.
 */
export function handOutPorts<P>(
  ipc: Ipc<P>,
  makeChannel: () => { readonly port1: Port; readonly port2: P },
  api: ApiImplementation<typeof runnerApi>,
  options: ServeOptions = {},
): void {
  ipc.on(asking, ({ senderFrame }) => {
    if (senderFrame === null || !isTrustedFrame(senderFrame)) return
    const { port1, port2 } = makeChannel()
    serve(runnerApi, api, portWire(port1), options)
    senderFrame.postMessage(handing, null, [port2])
  })
}
