import type { Clock } from '../engine/clock.ts'

/** Asks the session bus for the name of a program. @returns undefined where there is no way to ask. */
export type AskSessionBus = (name: string) => Promise<boolean | undefined>

/**
 * Whether a tray icon would be seen. Windows and macOS always have a place for it; on Linux some desktops, plain GNOME
 * among them, have none, and an application that hides there could not be found again.
 */
export async function isTrayAvailable(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  askSessionBus: AskSessionBus,
): Promise<boolean> {
  if (platform !== 'linux') return true
  const answered = await askSessionBus('org.kde.StatusNotifierWatcher')
  if (answered !== undefined) return answered
  const desktops = (environment['XDG_CURRENT_DESKTOP'] ?? '').toLowerCase().split(':').filter(Boolean)
  return desktops.length > 0 && !(desktops.length === 1 && desktops[0] === 'gnome')
}

/** At login the part of the desktop that shows trays may start after us. Milliseconds. */
const loginPatience = { total: 15_000, step: 1000 }

/** Asks until there is a tray, at login for a while; where somebody waits for a window, once. */
export async function waitForTray(
  isAvailable: () => Promise<boolean>,
  clock: Clock,
  isAtLogin: boolean,
): Promise<boolean> {
  const until = clock.monotonic() + (isAtLogin ? loginPatience.total : 0)
  for (;;) {
    if (await isAvailable()) return true
    if (clock.monotonic() >= until) return false
    await clock.sleep(loginPatience.step)
  }
}
