import {
  blockSize,
  contentSize,
  isAboutOthers,
  none,
  type Overrides,
  paddingOf,
  readHead,
  type TarHead,
  withText,
} from './tar-head.ts'

/** Whole entries of a tar archive, one after another, as they stand there. */
export interface TarRun {
  readonly kind: 'run'
  /** Memory of its own, which may travel to another thread. */
  readonly block: Uint8Array<ArrayBuffer>
  /** Bytes of the block that are in use. */
  readonly length: number
  readonly count: number
  /** Seconds since the epoch: the newest modification time among them. */
  readonly newest: number
  /** Names of those without content, because they are second names of files before them. */
  readonly hardLinks: readonly string[]
  /** What was said of every entry before. */
  readonly global: Overrides
}

export interface RunEntry {
  readonly head: TarHead
  /** A view of the run's memory. */
  readonly bytes: Buffer
}

/** @throws BadTar when an entry is damaged. */
export function* entriesIn({
  block,
  length,
  global,
}: Pick<TarRun, 'block' | 'length' | 'global'>): Generator<RunEntry> {
  const run = Buffer.from(block.buffer, block.byteOffset, length)
  let said = none
  for (let at = 0; at < length;) {
    const header = run.subarray(at, at + blockSize)
    at += blockSize
    const size = contentSize(header, said)
    const bytes = run.subarray(at, at + size)
    at += size + paddingOf(size)
    if (isAboutOthers(header)) {
      said = withText(said, header, bytes)
      continue
    }
    const over = said === none && global === none ? none : { ...global, ...said }
    said = none
    yield { head: readHead(header, over), bytes }
  }
}
