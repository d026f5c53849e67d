import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, createZstdDecompress } from 'node:zlib'

import { ArchiveProblem } from './archive-problem.ts'
import { ByteReader } from './byte-reader.ts'
import { createCodecPool, type CodecPool } from './codec-pool.ts'
import type { ArchiveEntry } from './read-files.ts'
import {
  checkUnpackedSize,
  pathInside,
  type EntryHead,
  type StoredArchive,
  type StoredPiece,
} from './stored-archive.ts'
import type { TarRun } from './tar-run.ts'
import { isShort, unpackBatch, type Unpack } from './unpack-batch.ts'
import { checkContent, unpackFiles, unpackWhole, type PackedFile } from './unpack-files.ts'
import { readZipDirectory, type ZipHead } from './zip-directory.ts'
import { methods } from './zip-format.ts'

type Known = EntryHead & { readonly head: ZipHead }

const ahead = 1024 * 1024
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

/** Entries as they are stored: short files are decompressed several at a time, long ones as they are read. */
async function* readEntries(
  reader: ByteReader,
  known: readonly Known[],
  pool: CodecPool | undefined,
): AsyncGenerator<StoredPiece> {
  let place = 0
  const runs: Promise<TarRun>[] = []
  const unpack = pool ? unpackIn(pool) : unpackHere
  const takeBlock = pool ? pool.takeBlock : undefined
  let batch = unpackBatch(unpack, takeBlock)
  const most = (pool?.concurrency ?? 0) * 2
  async function* putOut(untilLeft: number) {
    for (let run = runs[0]; run && runs.length > untilLeft; [run] = runs) {
      yield await run
      void runs.shift()
    }
  }
  const send = () => {
    if (!batch.isUsed()) return
    const sent = batch.send()
    sent.catch(() => undefined)
    runs.push(sent)
    batch = unpackBatch(unpack, takeBlock)
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

      const file = fileOf(head, path, kind)
      if (kind === 'file' && isShort(head)) {
        if (!batch.hasRoomFor(file)) {
          send()
          yield* putOut(most)
        }
        batch.add(file, reader.take(head.packedSize) ?? (await reader.read(head.packedSize)))
        continue
      }
      send()
      yield* putOut(0)
      const { mode, mtime, uid, gid, size } = file
      const facts = { path, mode, mtime, uid, gid }
      if (kind === 'file') yield { ...facts, kind, size, content: unpacked(reader, file) }
      else if (kind === 'directory') {
        await reader.read(head.packedSize)
        yield { ...facts, kind }
      } else {
        const target = unpackWhole(await reader.read(head.packedSize), file)
        yield { ...facts, kind, target: Buffer.from(target).toString('utf8') }
      }
    }
    send()
    yield* putOut(0)
  } finally {
    await reader.close()
  }
}

const unpackIn =
  (pool: CodecPool): Unpack =>
  async (block, files) =>
    (await pool.run({ kind: 'unpack', block, files })).bytes

const unpackHere: Unpack = async (block, files) => unpackFiles({ block, files })

function fileOf(head: ZipHead, path: string, kind: ArchiveEntry['kind']): PackedFile {
  const mode = head.unixMode & 0o777 || (kind === 'directory' ? 0o755 : 0o644)
  const { mtime, uid, gid, packedSize, size, crc } = head
  return { path, mode, mtime, uid, gid, packedSize, size, crc, method: methodOf(head) }
}

function methodOf({ method }: ZipHead): PackedFile['method'] {
  if (method === methods.store) return 'store'
  return method === methods.deflate ? 'deflate' : 'zstd'
}

async function* unpacked(reader: ByteReader, file: PackedFile): AsyncGenerator<Buffer> {
  const packed = reader.stream(file.packedSize)
  const chunks =
    file.method === 'store'
      ? packed
      : file.method === 'zstd'
        ? through(packed, createZstdDecompress({ chunkSize: ahead }))
        : through(packed, createInflateRaw({ chunkSize: ahead }))
  let size = 0
  let crc = 0
  try {
    for await (const chunk of chunks) {
      size += chunk.length
      if (size > file.size) checkContent(file, size, crc)
      crc = crc32(chunk, crc)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof ArchiveProblem) throw cause
    throw new ArchiveProblem(`${file.path}: cannot be decompressed`, { cause })
  }
  checkContent(file, size, crc)
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
