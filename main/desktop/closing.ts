import type { SettingsStore } from './settings.ts'

export interface ClosingParts {
  readonly settings: SettingsStore
  readonly hasTray: boolean
  /** Asked once in a lifetime. */
  readonly ask: () => Promise<'stay' | 'quit'>
  readonly quit: () => void
  /** Where there is no tray, says how to come back. */
  readonly sayWhere: () => void
}

/** What happens once the window has been closed: Drydock goes on in the background, or quits. */
export async function afterClosing({ settings, hasTray, ask, quit, sayWhere }: ClosingParts): Promise<void> {
  const { onClose } = settings.current()
  const decided = onClose === 'ask' ? await ask() : onClose
  if (onClose === 'ask') await settings.change({ onClose: decided })
  if (decided === 'quit') return quit()
  if (!hasTray) sayWhere()
}
