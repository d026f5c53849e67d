import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, createZstdDecompress, inflateRawSync, zstdDecompressSync } from 'node:zlib'

import { ByteReader, oneChunk } from './byte-reader.ts'
import { ArchiveProblem, type ArchiveEntry } from './read-files.ts'
import { checkUnpackedSize, pathInside, type EntryHead, type StoredArchive } from './stored-archive.ts'
import { readZipDirectory, type ZipHead } from './zip-directory.ts'
import { methods } from './zip-format.ts'

type Known = EntryHead & { readonly head: ZipHead }

const ahead = 1024 * 1024
const smallPacked = 512 * 1024
const smallUnpacked = 4 * 1024 * 1024
const longestTarget = 64 * 1024

/** Opens a zip archive. @throws ArchiveProblem when it is damaged or has what is never extracted. */
export async function openZip(path: string, targetDir: string): Promise<StoredArchive> {
  const file = await open(path)
  try {
    const { size: fileSize } = await file.stat()
    const known = (await readZipDirectory(file, fileSize)).flatMap((head) => {
      const inside = pathInside(head.name, targetDir)
      return inside === undefined ? [] : [{ head, path: inside, kind: kindOf(head), size: head.size }]
    })
    checkUnpackedSize(
      known.reduce((sum, { size }) => sum + size, 0),
      fileSize,
    )
    return {
      heads: known,
      read() {
        return readEntries(
          new ByteReader(file.createReadStream({ autoClose: false, highWaterMark: ahead, start: 0 })),
          known,
        )
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

async function* readEntries(reader: ByteReader, known: readonly Known[]): AsyncGenerator<ArchiveEntry> {
  let place = 0
  try {
    for (const { head, path, kind } of known) {
      for await (const _ of reader.stream(head.offset - place));
      const local = await reader.read(30)
      if (local.readUInt32LE(0) !== 0x0403_4b50)
        throw new ArchiveProblem(`${head.name}: is not where it should be`)
      const namesLength = local.readUInt16LE(26) + local.readUInt16LE(28)
      await reader.read(namesLength)
      place = head.offset + 30 + namesLength + head.packedSize

      const mode = head.unixMode & 0o777 || (kind === 'directory' ? 0o755 : 0o644)
      const facts = { path, mode, mtime: head.mtime, uid: head.uid, gid: head.gid }
      if (kind === 'directory') {
        await reader.read(head.packedSize)
        yield { ...facts, kind }
      } else if (kind === 'link') {
        yield { ...facts, kind, target: (await unpackedWhole(reader, head)).toString('utf8') }
      } else if (head.packedSize <= smallPacked && head.size <= smallUnpacked) {
        const bytes = await unpackedWhole(reader, head)
        yield { ...facts, kind, size: head.size, bytes, content: oneChunk(bytes) }
      } else {
        yield { ...facts, kind, size: head.size, content: unpacked(reader, head) }
      }
    }
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

function checkContent({ name, size, crc }: ZipHead, realSize: number, realCrc: number): void {
  if (realSize !== size) throw new ArchiveProblem(`${name}: is not as long as the archive says`)
  if (realCrc !== crc) throw new ArchiveProblem(`${name}: its checksum does not match`)
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
