import { z } from 'zod'

import type { Instant } from './instant.ts'

/** A folder or file of this computer that gives jobs more than people expect. */
export interface DangerousMount {
  readonly source: string
  /** What jobs can do with it, in words. */
  readonly why: string
  /** The file has it already; else it is saved only once it is accepted. */
  readonly isInFile: boolean
  /** Absent where nobody said why it is needed, as in a file written by hand. */
  readonly accepted?: { readonly reason: string; readonly at: Instant }
}

/** Somebody knows what they are doing: the path typed once more, and what it is for. */
export const mountConsentSchema = z.strictObject({
  source: z.string().max(4096),
  typed: z.string().max(4096),
  reason: z.string().max(500),
})

export type MountConsent = z.output<typeof mountConsentSchema>

export const isGiven = ({ source, typed, reason }: MountConsent) =>
  typed.trim() === source && reason.trim() !== ''
