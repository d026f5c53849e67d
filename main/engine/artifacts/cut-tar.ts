import { ByteReader } from './byte-reader.ts'
import {
  blockSize,
  contentSize,
  isAboutOthers,
  isGlobal,
  isZero,
  modifiedAt,
  none,
  type Overrides,
  paddingOf,
  readHead,
  type TarHead,
  withText,
} from './tar-head.ts'
import type { TarRun } from './tar-run.ts'

/** One file that is too long for a run. */
export interface LongFile {
  readonly kind: 'long'
  readonly head: TarHead
  /** To be read before the next piece is asked for; what is left of it then is passed over. */
  readonly content: AsyncIterable<Buffer>
}

export type TarPiece = TarRun | LongFile

export type Block = Uint8Array<ArrayBuffer>

/** An entry with everything said before it, of which several fit into a block. */
const longestShort = 512 * 1024
export const runLength = 1024 * 1024

/**
 * Cuts a tar archive of any usual format (ustar, GNU, pax) into runs of short entries and single long ones, looking at
 * no more of an entry than where it ends. Several archives may stand one after another.
 * @param takeBlock gives memory of at least `runLength` bytes for the next run.
 * @throws BadTar or EndOfBytes when it is broken.
 */
export async function* cutTar(
  chunks: AsyncIterable<Uint8Array>,
  takeBlock: () => Block = () => new Uint8Array(runLength),
): AsyncGenerator<TarPiece> {
  const reader = new ByteReader(chunks)
  let run = emptyRun()
  let global = none
  let said = none
  /** Headers about the next entry, with their texts. */
  let before: Buffer[] = []

  function* finished(): Generator<TarRun> {
    if (run.block && run.count > 0) yield { kind: 'run', ...run, block: run.block, global }
    run = emptyRun()
  }
  const keep = (bytes: Buffer) => {
    run.block?.set(bytes, run.length)
    run.length += bytes.length
  }

  try {
    for (;;) {
      let header = reader.take(blockSize)
      if (!header) {
        if (await reader.isAtEnd()) break
        header = await reader.read(blockSize)
      }
      if (isZero(header)) continue
      const size = contentSize(header, said.size === undefined ? global : said)
      const padded = size + paddingOf(size)
      if (isAboutOthers(header)) {
        const text = await reader.read(padded)
        if (isGlobal(header)) {
          yield* finished()
          global = withText(global, header, text.subarray(0, size))
        } else {
          said = withText(said, header, text.subarray(0, size))
          before.push(header, text)
        }
        continue
      }

      const whole = before.reduce((sum, { length }) => sum + length, blockSize + padded)
      if (whole > longestShort) {
        yield* finished()
        yield* long(reader, readHead(header, joined(global, said)), padded)
      } else {
        if (run.block && run.length + whole > runLength) yield* finished()
        run.block ??= takeBlock()
        for (const part of before) keep(part)
        keep(header)
        keep(reader.take(padded) ?? (await reader.read(padded)))
        run.count += 1
        run.newest = Math.max(run.newest, modifiedAt(header))
        if (isHardLink(header)) run.hardLinks.push(readHead(header, said).name.toString('utf8'))
      }
      said = none
      if (before.length > 0) before = []
    }
    yield* finished()
  } finally {
    await reader.close()
  }
}

async function* long(reader: ByteReader, head: TarHead, padded: number): AsyncGenerator<LongFile> {
  const content = reader.stream(head.size)
  let read = 0
  const counted = (async function* () {
    for await (const chunk of content) {
      read += chunk.length
      yield chunk
    }
  })()
  yield { kind: 'long', head, content: counted }
  await counted.return()
  for await (const _ of reader.stream(padded - read));
}

const isHardLink = (header: Uint8Array) => header[156] === '1'.charCodeAt(0)

const joined = (global: Overrides, said: Overrides): Overrides =>
  said === none && global === none ? none : { ...global, ...said }

interface RunInTheMaking {
  block: Block | undefined
  length: number
  count: number
  newest: number
  hardLinks: string[]
}

const emptyRun = (): RunInTheMaking => ({ block: undefined, length: 0, count: 0, newest: 0, hardLinks: [] })
