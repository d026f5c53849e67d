import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, createZstdDecompress, inflateRawSync, zstdDecompressSync } from 'node:zlib'

import { ByteReader, oneChunk } from './byte-reader.ts'
import { createCodecPool, type CodecPool } from './codec-pool.ts'
import { ArchiveProblem, type ArchiveEntry } from './read-files.ts'
import { checkUnpackedSize, pathInside, type EntryHead, type StoredArchive } from './stored-archive.ts'
import { readZipDirectory, type ZipHead } from './zip-directory.ts'
import { checkContent, unpackBatch } from './unpack-batch.ts'
import { methods } from './zip-format.ts'

type Known = EntryHead & { readonly head: ZipHead }

const ahead = 1024 * 1024
const smallPacked = 512 * 1024
const smallUnpacked = 4 * 1024 * 1024
/** Below that, threads take longer to begin than the work takes. */
const worthThreads = 1024 * 1024
const longestTarget = 64 * 1024

/**
 * Opens a zip archive.
 * @param concurrency threads that decompress.
 * @throws ArchiveProblem when it is damaged or has what is never extracted.
 */
export async function openZip(path: string, targetDir: string, concurrency: number): Promise<StoredArchive> {
  const file = await open(path)
  try {
    const { size: fileSize } = await file.stat()
    const known = (await readZipDirectory(file, fileSize)).flatMap((head) => {
      const inside = pathInside(head.name, targetDir)
      return inside === undefined
        ? []
        : [{ head, path: inside, kind: kindOf(head), size: head.size, mtime: head.mtime }]
    })
    checkUnpackedSize(
      known.reduce((sum, { size }) => sum + size, 0),
      fileSize,
    )
    return {
      heads: known,
      async *read() {
        const chunks = file.createReadStream({ autoClose: false, highWaterMark: ahead, start: 0 })
        await using pool = fileSize > worthThreads ? createCodecPool(concurrency) : undefined
        yield* readEntries(new ByteReader(chunks), known, pool)
      },
      [Symbol.asyncDispose]: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

const fileType = 0o170_000

function kindOf({ name, unixMode, isEncrypted, method, size }: ZipHead): ArchiveEntry['kind'] {
  if (isEncrypted) throw new ArchiveProblem(`${name}: is encrypted`)
  if (![methods.store, methods.deflate, methods.zstd].includes(method as 0)) {
    throw new ArchiveProblem(`${name}: compression method ${method} is not supported`)
  }
  switch (unixMode & fileType) {
    case 0o120_000:
      if (size > longestTarget) throw new ArchiveProblem(`${name}: the link's target is too long`)
      return 'link'
    case 0o040_000:
      return 'directory'
    case 0o100_000:
    case 0:
      return name.endsWith('/') ? 'directory' : 'file'
    default:
      throw new ArchiveProblem(`${name}: is a device node, pipe or socket and is not extracted`)
  }
}

/** Entries as they are stored: small files are decompressed several at a time in threads, large ones as they are read. */
async function* readEntries(
  reader: ByteReader,
  known: readonly Known[],
  pool: CodecPool | undefined,
): AsyncGenerator<ArchiveEntry> {
  let place = 0
  const batches: Promise<readonly ArchiveEntry[]>[] = []
  let batch = pool && unpackBatch(pool)
  const most = (pool?.concurrency ?? 0) * 2
  async function* putOut(untilLeft: number) {
    while (batches.length > untilLeft) yield* (await batches.shift()) ?? []
  }
  const send = () => {
    if (!pool || !batch?.isUsed()) return
    const sent = batch.send()
    sent.catch(() => undefined)
    batches.push(sent)
    batch = unpackBatch(pool)
  }
  try {
    for (const { head, path, kind } of known) {
      if (head.offset > place) for await (const _ of reader.stream(head.offset - place));
      const local = reader.take(30) ?? (await reader.read(30))
      if (local.readUInt32LE(0) !== 0x0403_4b50)
        throw new ArchiveProblem(`${head.name}: is not where it should be`)
      const namesLength = local.readUInt16LE(26) + local.readUInt16LE(28)
      if (!reader.take(namesLength)) await reader.read(namesLength)
      place = head.offset + 30 + namesLength + head.packedSize

      const mode = head.unixMode & 0o777 || (kind === 'directory' ? 0o755 : 0o644)
      const facts = { path, mode, mtime: head.mtime, uid: head.uid, gid: head.gid }
      const isSmall = head.packedSize <= smallPacked && head.size <= smallUnpacked
      if (kind === 'file' && isSmall && batch) {
        if (!batch.hasRoomFor(head)) {
          send()
          yield* putOut(most)
        }
        batch.add(head, facts, reader.take(head.packedSize) ?? (await reader.read(head.packedSize)))
        continue
      }
      send()
      yield* putOut(0)
      if (kind === 'directory') {
        await reader.read(head.packedSize)
        yield { ...facts, kind }
      } else if (kind === 'link') {
        yield { ...facts, kind, target: (await unpackedWhole(reader, head)).toString('utf8') }
      } else if (isSmall) {
        const bytes = await unpackedWhole(reader, head)
        yield { ...facts, kind, size: head.size, bytes, content: oneChunk(bytes) }
      } else {
        yield { ...facts, kind, size: head.size, content: unpacked(reader, head) }
      }
    }
    send()
    yield* putOut(0)
  } finally {
    await reader.close()
  }
}

async function unpackedWhole(reader: ByteReader, head: ZipHead): Promise<Buffer> {
  const packed = reader.take(head.packedSize) ?? (await reader.read(head.packedSize))
  const limits = { maxOutputLength: Math.max(head.size, 1), chunkSize: Math.max(64, head.size) }
  let bytes: Buffer = packed
  try {
    if (head.method === methods.deflate) bytes = inflateRawSync(packed, limits)
    else if (head.method === methods.zstd) bytes = zstdDecompressSync(packed, limits)
  } catch (cause) {
    throw new ArchiveProblem(`${head.name}: cannot be decompressed`, { cause })
  }
  checkContent(head, bytes.length, crc32(bytes))
  return bytes
}

async function* unpacked(reader: ByteReader, head: ZipHead): AsyncGenerator<Buffer> {
  const packed = reader.stream(head.packedSize)
  const chunks =
    head.method === methods.store
      ? packed
      : head.method === methods.zstd
        ? through(packed, createZstdDecompress({ chunkSize: ahead }))
        : through(packed, createInflateRaw({ chunkSize: ahead }))
  let size = 0
  let crc = 0
  try {
    for await (const chunk of chunks) {
      size += chunk.length
      if (size > head.size) checkContent(head, size, crc)
      crc = crc32(chunk, crc)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof ArchiveProblem) throw cause
    throw new ArchiveProblem(`${head.name}: cannot be decompressed`, { cause })
  }
  checkContent(head, size, crc)
}

async function* through(
  packed: Iterable<Buffer> | AsyncIterable<Buffer>,
  unpacker: NodeJS.ReadWriteStream & AsyncIterable<string | Buffer> & { destroy(): unknown },
): AsyncGenerator<Buffer> {
  // Its failure comes out of the unpacker, which whoever reads is listening to.
  const feeding = pipeline(packed, unpacker).catch(() => undefined)
  try {
    yield* unpacker as AsyncIterable<Buffer>
  } finally {
    unpacker.destroy()
    await feeding
  }
}
