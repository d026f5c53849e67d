import { z } from 'zod'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** How the application behaves outside of its window. */
export const desktopPreferencesSchema = z.object({
  startAtLogin: z.boolean(),
  keepAwake: z.boolean(),
  pauseOnBattery: z.boolean(),
  /** Local time; `from` after `to` runs past midnight. */
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** What closing the window does; asked the first time. */
  onClose: z.enum(['ask', 'stay', 'quit']),
  checkForUpdates: z.boolean(),
  notifyJobFailed: z.boolean(),
  notifyJobPassed: z.boolean(),
  notifyEngineGone: z.boolean(),
  notifyTokenExpiring: z.boolean(),
  notifyDiskLow: z.boolean(),
})

export type DesktopPreferences = Readonly<z.output<typeof desktopPreferencesSchema>>

/** What the page tells the application it is the window of. Everything else goes over the engine's API. */
export const toldDesktopSchema = z.discriminatedUnion('type', [
  /** For the tray, menus and notifications. */
  z.strictObject({ type: z.literal('language'), language: z.enum(['en', 'zh-CN', 'ko']) }),
  /** A shell in what is kept of a job, in a terminal of its own. */
  z.strictObject({ type: z.literal('open-shell'), job: z.int().positive() }),
  /** The preferences are sent now, and again whenever they change. */
  z.strictObject({ type: z.literal('preferences-wanted') }),
  z.strictObject({
    type: z.literal('prefer'),
    change: z.strictObject(desktopPreferencesSchema.partial().shape),
  }),
])

export type ToldDesktop = z.output<typeof toldDesktopSchema>
