import { z } from 'zod'

import type { Outcome } from './job.ts'
import { mountConsentSchema, type DangerousMount } from './mount-policy.ts'
import type { TokenPlace } from './runner-file.ts'
import type { ConfigProblem } from './status.ts'

const line = z.string().max(4096)

export const setupSteps = ['docker', 'server', 'token', 'job', 'test'] as const
export type SetupStep = (typeof setupSteps)[number]

export const scopeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('instance') }),
  z.strictObject({ type: z.literal('group'), id: z.int().positive() }),
  z.strictObject({ type: z.literal('project'), id: z.int().positive() }),
])

/** Whose jobs a runner takes. */
export type SetupScope = z.output<typeof scopeSchema>

/** The shortest maximum timeout GitLab accepts, in seconds. */
export const leastTimeout = 600

export const setupDraftSchema = z.strictObject({
  step: z.enum(setupSteps),
  /** Empty: the engine that is found by itself. */
  dockerHost: line,
  /** The engine is spoken to over TLS, and verified. */
  tlsVerify: z.boolean().default(false),
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`; empty: the system's authorities, and no certificate of ours. */
  tlsCertPath: line.default(''),
  url: line,
  /** PEM file of the authority that signed the server's certificate; empty: the system's. */
  caFile: line,
  name: line,
  tags: z.array(line).max(100),
  runUntagged: z.boolean(),
  protected: z.boolean(),
  locked: z.boolean(),
  /** Seconds, at least 600; absent: the project's own. */
  maximumTimeout: z.int().min(leastTimeout).optional(),
  scope: scopeSchema,
  image: line,
  /** `name@version` each, of the library. */
  toolchains: z.array(line).max(50).default([]),
  mounts: z.array(z.strictObject({ source: line, target: line, readOnly: z.boolean() })).max(100),
  /** For mounts that give jobs much. */
  consents: z.array(mountConsentSchema).max(100).default([]),
  /** `NAME=value` each, taken literally. */
  environment: z.array(line).max(500),
  /** Folders put in front of the job's PATH. */
  path: z.array(line).max(100),
  /** A program whose `--version` the test job asks for; empty: none. */
  compiler: line,
})

/** What was answered in the wizard so far. No secret is in it. */
export type SetupDraft = z.output<typeof setupDraftSchema>

export const emptyDraft: SetupDraft = {
  step: 'docker',
  dockerHost: '',
  tlsVerify: false,
  tlsCertPath: '',
  url: '',
  caFile: '',
  name: '',
  tags: [],
  runUntagged: true,
  protected: false,
  locked: false,
  scope: { type: 'instance' },
  image: '',
  toolchains: [],
  mounts: [],
  consents: [],
  environment: [],
  path: [],
  compiler: '',
}

/** An engine somebody named before: it can be chosen without typing. */
export interface EngineChoice {
  readonly host: string
  readonly tlsVerify: boolean
  readonly tlsCertPath: string
  /** A runner, a Docker context, or `DOCKER_HOST`. */
  readonly of:
    | { readonly type: 'runner' | 'context'; readonly name: string }
    | { readonly type: 'environment' }
}

export type EngineCheck =
  | {
      readonly state: 'found'
      readonly endpoint: string
      /** In words, continuing "because …". */
      readonly because: string
      readonly version: string
      readonly os: string
      readonly architecture: string
      /** Jobs can have NVIDIA's GPUs. */
      readonly hasNvidia: boolean
      /** Free bytes where Drydock keeps its data. */
      readonly freeBytes: number
    }
  | {
      readonly state: 'missing'
      readonly endpoint: string
      readonly problem: string
      readonly remedy: string
    }

export const unreachableReasons = [
  'unknown-name',
  'dns-silent',
  'refused',
  'untrusted',
  'expired',
  'other-name',
  'closed',
  'timeout',
  'other',
] as const
export type UnreachableReason = (typeof unreachableReasons)[number]

export type ServerCheck =
  | {
      readonly state: 'reached'
      readonly host: string
      readonly secure: boolean
      /** Milliseconds the server's clock is ahead of ours; absent where it did not tell the time. */
      readonly clockAhead?: number
      /** The proxy it was reached through. */
      readonly proxy?: string
      /** Where the server sent us instead. */
      readonly movedTo?: string
    }
  | { readonly state: 'not-a-url' }
  | { readonly state: 'no-ca-file'; readonly file: string }
  | { readonly state: 'no-gitlab'; readonly host: string }
  | {
      readonly state: 'unreachable'
      readonly host: string
      readonly reason: UnreachableReason
      /** The whole story in words. */
      readonly detail: string
      readonly proxy?: string
    }

/** What GitLab said of a token. The token itself stays in the engine's memory. */
export type TokenCheck =
  /** A runner's own token: ready to be used. */
  | {
      readonly state: 'runner'
      readonly id?: number
      readonly shortToken: string
      readonly expiresAt?: number
      /** It stands in the configuration already. */
      readonly isHere: boolean
    }
  /** A person's token, with which the runner is created. */
  | {
      readonly state: 'person'
      readonly user?: string
      /** `undefined` where GitLab does not say what the token may do. */
      readonly mayCreate?: boolean
      /** GitLab's version, where the token may ask for it. */
      readonly version?: string
    }
  /** Exchanged for a runner when it is added; GitLab 20 ends this. `certain`: told by its prefix. */
  | { readonly state: 'registration'; readonly certain: boolean }
  | { readonly state: 'wrong-kind'; readonly kind: 'job' | 'other-gitlab' }
  | { readonly state: 'refused'; readonly problem: string }
  | { readonly state: 'unavailable'; readonly problem: string }

/** Whether a person's token for a server is at hand, and where one could be remembered. */
export interface TokenOffer {
  readonly isAtHand: boolean
  readonly place?: TokenPlace
}

export interface LocalImage {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** `amd64`, `arm64`, … */
  readonly architecture: string
  /** Whether a registry knows it; others cannot be pulled. */
  readonly fromRegistry: boolean
}

export interface MountPreview {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
  /** `undefined` where the Docker engine is on another machine. */
  readonly exists?: boolean
}

export interface RunnerPreview {
  /** What is added to config.toml, its token hidden. */
  readonly toml: string
  readonly mounts: readonly MountPreview[]
  readonly environment: readonly { readonly name: string; readonly value: string }[]
  /** The beginning of the job's PATH. */
  readonly path: readonly string[]
  readonly dangers: readonly DangerousMount[]
  readonly problems: readonly ConfigProblem[]
}

/** One thing the test job has looked at. */
export type TestFinding =
  | {
      readonly what: 'mounted' | 'read-only' | 'writable' | 'in-path' | 'variable'
      readonly subject: string
      readonly ok: boolean
    }
  | { readonly what: 'compiler'; readonly subject: string; readonly ok: boolean; readonly says: string }

export type TestState =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly run: number; readonly findings: readonly TestFinding[] }
  | {
      readonly state: 'ended'
      readonly run: number
      readonly outcome: Outcome
      readonly findings: readonly TestFinding[]
      /** Milliseconds. */
      readonly took: number
    }

export interface SavedRunner {
  readonly key: string
  readonly name: string
  readonly url: string
  /** GitLab's id, where it said one. */
  readonly id?: number
  /** The beginning of its token, and the name of this computer among those that use it. */
  readonly shortToken: string
  readonly systemId: string
  /** Where the runner was created here; else only GitLab knows it. */
  readonly scope?: SetupScope['type']
  readonly file: string
  /** What was added, its token hidden. */
  readonly toml: string
  readonly practice: boolean
}

/** Where the wizard stands, for as many windows as look. */
export interface SetupState {
  /** Absent: nobody is setting up a runner. */
  readonly draft?: SetupDraft
  /** What is known of the token the engine holds; absent after a restart. */
  readonly token?: TokenCheck
  readonly test: TestState
  readonly saved?: SavedRunner
  /** The practice GitLab is the server of this draft. */
  readonly practice: boolean
  /** Trying without a server is offered here. */
  readonly canPractise: boolean
  /** Of this machine; what a runner is called unless told. */
  readonly hostname: string
}

export interface ImportedKey {
  /** Such as `runners[0].docker.image`. */
  readonly path: string
  readonly fate: 'taken' | 'no-effect' | 'refused'
  readonly why?: string
}

export interface ImportReport {
  readonly keys: readonly ImportedKey[]
  readonly runners: readonly {
    readonly name: string
    readonly url: string
    readonly executor: string
    /** Why it is not taken. */
    readonly refused?: 'executor' | 'no-token' | 'is-here'
  }[]
  /** The file cannot be read at all. */
  readonly problem?: ConfigProblem
}
