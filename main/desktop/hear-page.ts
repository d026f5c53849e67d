import { toldDesktopSchema, type DesktopPreferences, type ToldDesktop } from '../contract/desktop.ts'
import { isTrustedFrame, type SenderFrame } from './security.ts'

// The preload script says these words too.
const telling = 'drydock:told'
const answering = 'drydock:preferences'

export interface TellingFrame extends SenderFrame {
  postMessage(channel: string, message: unknown): void
}

/** Where messages of pages arrive. */
export interface TellingIpc {
  on(
    channel: string,
    listener: (event: { readonly senderFrame: TellingFrame | null }, told: unknown) => void,
  ): unknown
}

/**
 * Hears what our own page tells the application. Others, and what cannot be understood, are not heard.
 * @returns tells every page that wanted them the preferences.
 */
export function hearPage(
  ipc: TellingIpc,
  onTold: (told: ToldDesktop) => void,
): (preferences: DesktopPreferences) => void {
  const wanting = new Set<TellingFrame>()
  ipc.on(telling, ({ senderFrame }, told) => {
    if (senderFrame === null || !isTrustedFrame(senderFrame)) return
    const { data } = toldDesktopSchema.safeParse(told)
    if (data?.type === 'preferences-wanted') wanting.add(senderFrame)
    if (data !== undefined) onTold(data)
  })
  return (preferences) => {
    for (const frame of wanting) {
      try {
        if (isTrustedFrame(frame)) frame.postMessage(answering, preferences)
        else wanting.delete(frame)
      } catch {
        // Its page is gone.
        wanting.delete(frame)
      }
    }
  }
}
