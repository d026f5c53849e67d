import { z } from 'zod'

import type { Instant } from './instant.ts'
import type { DangerousMount } from './mount-policy.ts'
import type { ConfigProblem } from './status.ts'

const text = z.string().max(100_000)
const lines = z.array(text).max(1000)

/** The keys of a runner that its form shows, in the order of the form. Empty text and 0 stand for "not set". */
export const runnerFormSchema = z.strictObject({
  name: text,
  limit: z.int().nonnegative(),
  image: text,
  pullPolicy: z.array(z.enum(['always', 'if-not-present', 'never'])),
  helperImage: text,
  volumes: lines,
  environment: lines,
  preBuildScript: text,
  privileged: z.boolean(),
  memory: text,
  cpus: text,
  shmSize: z.int().nonnegative(),
  /** KiB. */
  outputLimit: z.int().nonnegative(),
  /** Empty: the engine that is found by itself. */
  host: text,
  tlsVerify: z.boolean(),
  tlsCertPath: text,
})

export type RunnerForm = z.output<typeof runnerFormSchema>

/** A runner as config.toml has it now. */
export interface RunnerFile {
  /** Of the runner now: a new token changes it. */
  readonly key: string
  /** Names the content of the whole file. */
  readonly revision: string
  readonly file: string
  readonly form: RunnerForm
  /** Its part of the file, secrets hidden. */
  readonly toml: string
  readonly problems: readonly ConfigProblem[]
  readonly dangers: readonly DangerousMount[]
  /** GitLab's id of the runner; 0 where the file does not say. */
  readonly id: number
}

export interface RunnerEditPreview {
  readonly before: string
  readonly after: string
  readonly dangers: readonly DangerousMount[]
  readonly problems: readonly ConfigProblem[]
}

/** What GitLab said when it was asked about the old token afterwards: `dead` is what should be. */
export type OldToken = 'dead' | 'alive' | 'not-asked'

/** What became of a request for a new token. */
export type TokenRenewal =
  | { readonly state: 'renewed'; readonly expiresAt?: Instant; readonly old: OldToken }
  /** The runner was created anew in GitLab under another number, and the old one deleted. */
  | { readonly state: 'recreated'; readonly id: number; readonly expiresAt?: Instant; readonly old: OldToken }
  /** It is in the file; GitLab could not be asked about it yet, and will be. */
  | { readonly state: 'unproven' }
  /** GitLab refuses the token it gave out; the old one is back in the file. */
  | { readonly state: 'taken-back' }
  /** `refused`: asking again cannot help. */
  | { readonly state: 'refused' | 'unavailable'; readonly problem: string }

export const serverEditSchema = z.strictObject({
  description: z.string().max(1024).optional(),
  tags: z.array(z.string().max(255)).max(100).optional(),
  runUntagged: z.boolean().optional(),
  protected: z.boolean().optional(),
  locked: z.boolean().optional(),
  paused: z.boolean().optional(),
  /** Seconds; null takes it away. */
  maximumTimeout: z.int().min(600).nullable().optional(),
})

export type ServerEdit = z.output<typeof serverEditSchema>

/** Where a token is remembered: sealed by the system's keychain, or readable in a file. */
export type TokenPlace = 'keychain' | 'plain'

/** A computer that uses a runner's token, besides this one. */
export interface OtherManager {
  readonly systemId: string
  readonly address: string
  readonly contactedAt: Instant
}

/** What GitLab knows of a runner, which only a person's token may ask. */
export type ServerFacts =
  | {
      readonly state: 'known'
      readonly id: number
      readonly scope: 'instance' | 'group' | 'project'
      readonly description: string
      readonly tags: readonly string[]
      readonly runUntagged: boolean
      readonly protected: boolean
      readonly locked: boolean
      readonly paused: boolean
      /** Seconds. */
      readonly maximumTimeout?: number
      /** Path of the group, or of the one project, it belongs to. */
      readonly owner?: string
      /** Other computers that ask for jobs with the same token, those of the last day. */
      readonly others: readonly OtherManager[]
      /** The token outlives the program. */
      readonly isRemembered?: true
    }
  /** No token is held for this server. Where one could be remembered, if anywhere. */
  | { readonly state: 'token-needed'; readonly place?: TokenPlace }
  | { readonly state: 'no-id' }
  | { readonly state: 'refused'; readonly problem: string; readonly place?: TokenPlace }

/** What GitLab says of the tags of jobs that came here, the latest first. */
export type RecentJobTags =
  | {
      readonly state: 'known'
      readonly jobs: readonly {
        /** Drydock's. */
        readonly id: number
        readonly name: string
        readonly project: string
        readonly ref: string
        readonly tags: readonly string[]
      }[]
      /** Jobs whose project the token's owner may not see. */
      readonly unseen: number
    }
  | { readonly state: 'token-needed' }
  /** The token lacks the scope, or GitLab does not answer. */
  | { readonly state: 'refused'; readonly problem: string }
