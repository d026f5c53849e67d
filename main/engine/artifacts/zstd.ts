import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'

const ahead = 1024 * 1024

/** Compresses a stream into one zstd frame, off the main thread. @param level zstd's own, 1 to 22. */
export async function* zstdOf(content: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const packer = createZstdCompress({
    chunkSize: ahead,
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  // A failure of either side destroys the other, so whoever reads hears of it.
  const feeding = pipeline(content, packer).catch(() => undefined)
  try {
    yield* packer as AsyncIterable<Uint8Array>
  } finally {
    packer.destroy()
    await feeding
  }
}
