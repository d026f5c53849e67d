import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRaw } from 'node:zlib'

import { say } from '../../contract/sentences/say.ts'
import { blockBytes, headerBytes, parseHeader, memberOf, trailerBytes } from './gzip-member.ts'
import { checksumText, type LogReader } from './log-reader.ts'

const deflated = promisify(deflateRaw)
const inflated = promisify(inflateRaw)

/** What was kept of a log is gone or damaged. The message names the file and may be shown to people. */
export class LogUnreadable extends Error {
  override readonly name = 'LogUnreadable'
}

/** A log nothing is added to any more; dispose of it to close its file. */
export interface FinishedLog extends LogReader, AsyncDisposable {}

/** Where the compressed form of a log lies. */
export const compressedPath = (path: string) => `${path}.gz`

/**
 * Opens a finished log, whether it has been compressed or not.
 * @param path of the plain form, as given to `openJobLog`.
 * @throws LogUnreadable when there is neither form, or it is damaged.
 */
export async function openFinishedLog(path: string): Promise<FinishedLog> {
  const plain = await openIfThere(path)
  if (plain) return plainLog(plain)
  const compressed = await openIfThere(compressedPath(path))
  if (!compressed) throw new LogUnreadable(say('log-gone', { file: path }))
  try {
    return await compressedLog(compressed, compressedPath(path))
  } catch (error) {
    await compressed.close()
    throw error
  }
}

/**
 * Compresses a finished log into blocks that can be read one by one, as a file every gzip tool reads, and removes the
 * plain form. A crash leaves the plain form, or both; either can be opened and compressed again.
 */
export async function compressLog(path: string): Promise<void> {
  const target = compressedPath(path)
  const draft = `${target}.part`
  try {
    await using source = await open(path, 'r')
    await using out = await open(draft, 'w', 0o600)
    const block = Buffer.alloc(blockBytes)
    let crc = 0
    for (let offset = 0; ;) {
      const length = await fill(source, block, offset)
      if (length === 0) break
      const text = block.subarray(0, length)
      crc = crc32(text, crc)
      await out.appendFile(memberOf({ text, deflated: await deflated(text), logCrc: crc }))
      offset += length
    }
    await out.sync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await rename(draft, target)
  await rm(path)
}

async function plainLog(file: FileHandle): Promise<FinishedLog> {
  const { size } = await file.stat()
  let crc = 0
  const block = Buffer.alloc(Math.min(blockBytes, size))
  for (let offset = 0; offset < size;) {
    const length = await fill(file, block, offset)
    crc = crc32(block.subarray(0, length), crc)
    offset += length
  }
  return finishedLog(size, crc, file, async (offset, length) => {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, await fill(file, bytes, offset))
  })
}

interface Block {
  /** Of its deflated bytes in the file. */
  readonly position: number
  readonly length: number
}

async function compressedLog(file: FileHandle, path: string): Promise<FinishedLog> {
  const { blocks, size, crc } = await indexOf(file, path)
  let latest = { index: -1, text: Buffer.alloc(0) }

  async function blockText(index: number): Promise<Buffer> {
    if (latest.index === index) return latest.text
    const { position, length } = blocks[index]!
    const packed = Buffer.alloc(length)
    await fill(file, packed, position)
    latest = { index, text: await inflated(packed) }
    return latest.text
  }

  return finishedLog(size, crc, file, async (offset, length) => {
    const pieces: Buffer[] = []
    for (let at = offset; at < offset + length;) {
      const within = at % blockBytes
      const text = await blockText(Math.floor(at / blockBytes))
      pieces.push(text.subarray(within, within + offset + length - at))
      at += pieces.at(-1)!.length
    }
    return Buffer.concat(pieces)
  })
}

/** Walks from member to member; only their headers are read. */
async function indexOf(file: FileHandle, path: string) {
  const { size: end } = await file.stat()
  const blocks: Block[] = []
  const header = Buffer.alloc(headerBytes)
  let crc = 0
  let position = 0
  while (position < end) {
    await fill(file, header, position)
    const member = parseHeader(header)
    if (!member || position + member.length > end) throw new LogUnreadable(say('log-damaged', { file: path }))
    const length = member.length - headerBytes - trailerBytes
    blocks.push({ position: position + headerBytes, length })
    crc = member.logCrc
    position += member.length
  }
  if (blocks.length === 0) return { blocks, size: 0, crc }
  const lastLength = Buffer.alloc(4)
  await fill(file, lastLength, end - 4)
  return { blocks, size: (blocks.length - 1) * blockBytes + lastLength.readUInt32LE(), crc }
}

function finishedLog(
  size: number,
  crc: number,
  file: FileHandle,
  readBytes: (offset: number, length: number) => Promise<Buffer>,
): FinishedLog {
  return {
    size,
    ended: true,
    checksum: () => checksumText(crc),
    async read(offset, max) {
      const length = Math.max(Math.min(max, size - offset), 0)
      return length === 0 ? new Uint8Array() : await readBytes(offset, length)
    },
    grown: (offset) => Promise.resolve(size > offset),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`Cannot open the log ${path}: ${error.message}`, { cause: error })
  })
}
