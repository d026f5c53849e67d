import { z } from 'zod'

import type { Instant } from './instant.ts'
import type { JobSummary } from './job.ts'
import type { ConfigProblem } from './status.ts'

const line = z.string().max(4096)
const word = z.string().min(1).max(100)

export const referenceSchema = z.strictObject({ name: word, version: word })

/** A version of a toolchain; `name@version` in words. */
export type ToolchainRef = z.output<typeof referenceSchema>

export const inWords = ({ name, version }: ToolchainRef) => `${name}@${version}`

/** A toolchain as its form shows it; what is wrong with it, the engine says. */
export const toolchainFormSchema = z.strictObject({
  name: line,
  version: line,
  folder: line,
  /** A volume of the engine that holds a copy of the folder, and is mounted instead; empty: none. */
  volume: line.default(''),
  mountPoint: line,
  /** `NAME=value` each, written out in full. */
  variables: z.array(line).max(500),
  /** Folders of programs, first found first; relative ones start at the mount point. */
  path: z.array(line).max(500),
  libraryPath: z.array(line).max(500),
  notes: z.string().max(20_000),
  /** Projects its licence is for, such as `firmware/*`; absent: every project. */
  projects: z.array(line).max(500).optional(),
  /** Runners whose jobs may ask for it by `DRYDOCK_TOOLCHAINS`; `*` stands for all. */
  onRequest: z.array(line).max(500),
  /** What a job does when the content is no longer what was recorded. */
  onDrift: z.enum(['stop', 'warn']),
  /** Jobs write into a layer of their own, which is dropped with them. */
  writable: z.boolean().default(false),
})

export type ToolchainForm = z.output<typeof toolchainFormSchema>

/** What a job's script sees of a toolchain. */
export interface JobView {
  readonly mount: { readonly source: string; readonly target: string }
  readonly environment: readonly { readonly name: string; readonly value: string }[]
  /** In front of the image's own, in this order. */
  readonly path: readonly string[]
  readonly libraryPath: readonly string[]
}

export interface FileChange {
  /** Below the toolchain's folder. */
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
}

/** How much is in a folder, and what it comes to. */
export interface ToolchainContent {
  /** SHA-256 in hex. */
  readonly root: string
  readonly files: number
  readonly bytes: number
}

/** What is known of a toolchain's content. */
export type FingerprintState =
  | { readonly state: 'none' }
  /** Bytes, of those that have to be read. */
  | {
      readonly state: 'computing'
      readonly done: number
      readonly total: number
      readonly known?: ToolchainContent
    }
  /** Recorded at some time; compared with the folder at `verifiedAt`, if since Drydock was started. */
  | ({ readonly state: 'known'; readonly verifiedAt?: Instant } & ToolchainContent)
  | ({
      readonly state: 'drifted'
      /** The recorded root. */
      readonly was: string
      readonly noticedAt: Instant
      /** The first of them. */
      readonly changes: readonly FileChange[]
      readonly changeCount: number
    } & ToolchainContent)
  | { readonly state: 'failed'; readonly problem: string }

export interface RunnerName {
  readonly key: string
  readonly name: string
}

export interface ShelvedVersion {
  readonly form: ToolchainForm
  /** What jobs get who name no version. */
  readonly isCurrent: boolean
  readonly isFolderThere: boolean
  readonly sees: JobView
  readonly fingerprint: FingerprintState
  readonly runners: readonly RunnerName[]
  /** The latest that worked with it. */
  readonly jobs: readonly JobSummary[]
  readonly jobCount: number
}

/** All versions of one name, the newest first. */
export interface ShelvedToolchain {
  readonly name: string
  readonly versions: readonly ShelvedVersion[]
}

/** A toolchain that somebody has written into config.toml by hand, perhaps for several runners. */
export interface Adoptable {
  readonly reference: ToolchainRef
  readonly folder: string
  readonly sees: JobView
  readonly runners: readonly RunnerName[]
}

/** The library, where it is used, and what could be added to it. */
export interface ToolchainShelf {
  readonly toolchains: readonly ShelvedToolchain[]
  readonly adoptable: readonly Adoptable[]
  /** Those that could be given one. */
  readonly runners: readonly RunnerName[]
  readonly configFile: string
  /** A dialog for choosing a folder can be shown. */
  readonly canBrowse: boolean
}

/** A remedy that can be carried out at once: an edit of a runner's section, or of a toolchain's description. */
export const mendSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('volume'), from: line, to: line }),
  z.strictObject({ kind: z.literal('mount'), volume: line, from: line, to: line }),
  z.strictObject({ kind: z.literal('variable'), entry: line, line: line.optional() }),
  z.strictObject({ kind: z.literal('line'), from: line, to: line }),
  z.strictObject({
    kind: z.literal('toolchain'),
    change: z.strictObject({
      folder: line.optional(),
      volume: line.optional(),
      mountPoint: line.optional(),
      libraryPath: z.array(line).max(500).optional(),
      variables: z.record(line, line).optional(),
    }),
  }),
])

export type TrapMend = z.output<typeof mendSchema>

/** What is to be changed about toolchains in config.toml; the library follows. */
export const toolchainEditSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('assign'), reference: referenceSchema, runner: line }),
  z.strictObject({ what: z.literal('unassign'), reference: referenceSchema, runner: line }),
  /** Makes a version the current one, also for the runners that have another one of its name. */
  z.strictObject({ what: z.literal('switch'), reference: referenceSchema }),
  /** Takes the hand-made lines around a host folder for a toolchain's, on every runner that has them. */
  z.strictObject({ what: z.literal('adopt'), folder: line, reference: referenceSchema }),
  /** Changes the description, and with it what its runners say. */
  z.strictObject({ what: z.literal('describe'), reference: referenceSchema, form: toolchainFormSchema }),
  /** `runner`: the one whose section it is; absent where the toolchain itself is mended. */
  z.strictObject({
    what: z.literal('mend'),
    reference: referenceSchema,
    runner: line.optional(),
    mend: mendSchema,
  }),
  /** Takes drifted content for a new version, for the runners that had the old one too. */
  z.strictObject({ what: z.literal('accept'), reference: referenceSchema, version: word }),
])

export type ToolchainEdit = z.output<typeof toolchainEditSchema>

export interface ToolchainEditPreview {
  /** Names the content of the whole file. */
  readonly revision: string
  readonly file: string
  /** The runners that change, secrets hidden. */
  readonly runners: readonly {
    readonly name: string
    readonly before: string
    readonly after: string
  }[]
  /** What the configuration would say that a toolchain cannot work with. */
  readonly problems: readonly ConfigProblem[]
}

/** What is at a path that is being typed, and what a toolchain made of it would be. */
export type FolderCheck =
  | {
      readonly state: 'found'
      readonly folder: string
      /** Folders of programs in it, relative. */
      readonly binFolders: readonly string[]
      readonly suggestion: ToolchainRef & { readonly mountPoint: string }
      /** Folders below it, absolute, for going on typing. */
      readonly folders: readonly string[]
      /** The folder is a link to this one. */
      readonly linkTo?: string
      /** The toolchain that has this folder already. */
      readonly isShelvedAs?: ToolchainRef
    }
  | {
      readonly state: 'missing'
      /** The nearest folder above it that is there. */
      readonly nearest: string
      readonly folders: readonly string[]
    }
  | { readonly state: 'not-absolute' }
