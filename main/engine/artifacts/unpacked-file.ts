import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'

const ahead = 1024 * 1024

/** A file from `start` on, as an unpacker makes it. */
export async function* unpackedFile(
  file: string,
  start: number,
  unpacker: NodeJS.ReadWriteStream & AsyncIterable<string | Buffer> & { destroy(): unknown },
): AsyncGenerator<Buffer> {
  // Its failure comes out of the unpacker, which whoever reads is listening to.
  const feeding = pipeline(createReadStream(file, { start, highWaterMark: ahead }), unpacker).catch(
    () => undefined,
  )
  try {
    yield* unpacker as AsyncIterable<Buffer>
  } finally {
    unpacker.destroy()
    await feeding
  }
}

/** Node's decompressor ends with the first frame; a file may have several, as parallel compressors write them. */
export async function* unpackedZstd(file: string): AsyncGenerator<Buffer> {
  const { size } = await stat(file)
  for (let start = 0; start < size;) {
    const unpacker = createZstdDecompress({ chunkSize: ahead })
    yield* unpackedFile(file, start, unpacker)
    if (unpacker.bytesWritten <= 0) return
    start += unpacker.bytesWritten
  }
}
