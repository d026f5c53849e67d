import { z } from 'zod'

const instant = z
  .string()
  .nullish()
  .transform((text, context) => {
    if (text === undefined || text === null || text === '') return undefined
    const date = new Date(text)
    if (Number.isNaN(date.getTime())) {
      context.addIssue({ code: 'custom', message: 'must be a date' })
      return z.NEVER
    }
    // Go's zero time means never.
    return date.getUTCFullYear() <= 1 ? undefined : date
  })

/** What registration, verification and creation answer. */
export const runnerDetails = z.object({
  id: z.int().nonnegative(),
  token: z.string().min(1),
  token_expires_at: instant,
})

export const resetDetails = z.object({ token: z.string().min(1), token_expires_at: instant })

/** A runner's token as GitLab hands it out. Keep it secret. */
export interface IssuedToken {
  readonly token: string
  /** `undefined` = never. */
  readonly expiresAt: Date | undefined
}
