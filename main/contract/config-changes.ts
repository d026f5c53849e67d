import type { Instant } from './instant.ts'

/** Who changed config.toml: this program, its command line, or anybody else, as an editor or gitlab-runner. */
export type ChangedBy = 'application' | 'command-line' | 'outside'

/** One thing that changed: a key, or a whole runner. */
export interface ChangedPart {
  /** The runner's name; absent for what belongs to no runner. */
  readonly runner?: string
  /** Such as `docker.image`; absent where the whole runner came or went. */
  readonly key?: string
  readonly what: 'changed' | 'added' | 'removed'
}

export interface ConfigChange {
  readonly id: string
  readonly at: Instant
  readonly by: ChangedBy
  /** Names the content it made. */
  readonly revision: string
  readonly parts: readonly ChangedPart[]
  /** The content had errors then; it cannot be brought back. */
  readonly hasErrors?: true
}

export interface ConfigChanges {
  readonly file: string
  /** Names the content of the file as it is now. */
  readonly revision: string
  /** Newest first. The oldest is what the file was when it was first seen, or when the memory begins. */
  readonly changes: readonly ConfigChange[]
}

/** Secrets hidden. */
export interface ConfigChangeText {
  /** Absent where nothing older is remembered. */
  readonly before?: string
  readonly after: string
}
