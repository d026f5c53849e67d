import { toldDesktopSchema, type ToldDesktop } from '../contract/desktop.ts'
import { isTrustedFrame, type SenderFrame } from './security.ts'

// The preload script says this word too.
const telling = 'drydock:told'

/** Where messages of pages arrive. */
export interface TellingIpc {
  on(
    channel: string,
    listener: (event: { readonly senderFrame: SenderFrame | null }, told: unknown) => void,
  ): unknown
}

/** Hears what our own page tells the application. Others, and what cannot be understood, are not heard. */
export function hearPage(ipc: TellingIpc, onTold: (told: ToldDesktop) => void): void {
  ipc.on(telling, ({ senderFrame }, told) => {
    if (!isTrustedFrame(senderFrame)) return
    const { data } = toldDesktopSchema.safeParse(told)
    if (data !== undefined) onTold(data)
  })
}
