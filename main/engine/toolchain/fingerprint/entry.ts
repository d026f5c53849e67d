/** What a look at the folder tells of one thing in it, without reading it. */
export interface Seen {
  /** Below the toolchain's folder. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly executable: boolean
  readonly size: number
  /** Milliseconds; both move when the content does, unless somebody sets the clock of the file back. */
  readonly modified: number
  readonly changed: number
  /** Of a link. */
  readonly target: string
}

/** Work of the threads that read a tree. */
export type FingerprintTask =
  | { readonly kind: 'walk'; readonly folder: string }
  | { readonly kind: 'hash'; readonly folder: string; readonly paths: readonly string[] }
  /** Holds the folder against a record, without reading what looks the same. */
  | { readonly kind: 'compare'; readonly folder: string; readonly record: string }

export type FingerprintAnswer =
  | { readonly kind: 'walked'; readonly seen: readonly Seen[] }
  /** SHA-256 in hex, in the order of the paths; empty where a file could not be read. */
  | { readonly kind: 'hashed'; readonly hashes: readonly string[] }
  | { readonly kind: 'compared'; readonly looksSame: boolean }
  | { readonly kind: 'failed'; readonly message: string }

/** Of two looks at one thing: nothing about it says that its content has changed. */
export const looksSame = (a: Seen, b: Seen): boolean =>
  a.kind === b.kind &&
  a.size === b.size &&
  a.modified === b.modified &&
  a.changed === b.changed &&
  a.executable === b.executable &&
  a.target === b.target
