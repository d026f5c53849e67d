import { oneChunk } from './byte-reader.ts'
import { cutTar } from './cut-tar.ts'
import type { TarHead } from './tar-head.ts'
import { entriesIn } from './tar-run.ts'

export { BadTar } from './tar-head.ts'

export interface TarEntry {
  /** As it stands in the archive. */
  readonly name: string
  readonly type: TarHead['type']
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly size: number
  readonly target: string
  /** To be read before the next entry is asked for; what is left of it then is passed over. */
  readonly content: AsyncIterable<Buffer>
  /** All of the content, where it is short. */
  readonly bytes?: Buffer
}

/**
 * Reads tar archives of any usual format (ustar, GNU, pax), also several written one after another.
 * @throws BadTar or EndOfBytes when they are broken.
 */
export async function* parseTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  for await (const piece of cutTar(chunks)) {
    if (piece.kind === 'long') yield { ...readable(piece.head), content: piece.content }
    else {
      for (const { head, bytes } of entriesIn(piece)) {
        yield { ...readable(head), bytes, content: oneChunk(bytes) }
      }
    }
  }
}

const readable = (head: TarHead) => ({
  ...head,
  name: head.name.toString('utf8'),
  target: head.target.toString('utf8'),
})
