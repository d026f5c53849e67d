import { z } from 'zod'

/** What the page tells the application it is the window of. Everything else goes over the engine's API. */
export const toldDesktopSchema = z.discriminatedUnion('type', [
  /** For the tray, menus and notifications. */
  z.strictObject({ type: z.literal('language'), language: z.enum(['en', 'zh-CN', 'ko']) }),
  /** A shell in what is kept of a job, in a terminal of its own. */
  z.strictObject({ type: z.literal('open-shell'), job: z.int().positive() }),
])

export type ToldDesktop = z.output<typeof toldDesktopSchema>
