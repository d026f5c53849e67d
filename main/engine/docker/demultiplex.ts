import { DockerError } from './docker-error.ts'

/** Where the two streams of a container go. A sink that takes its time holds the container back. */
export interface Sinks {
  stdout(chunk: Buffer): Promise<void>
  stderr(chunk: Buffer): Promise<void>
}

const headerLength = 8

/**
 * Takes a container's frames apart (docker-executor.md §12.2): one byte for the stream, three zero bytes, four bytes
 * of length, then the payload. Payloads go on as they arrive, not when their frame is complete; a truncated last
 * frame is a normal end.
 * @throws DockerError with the engine's words, which come as stream 3.
 */
export async function demultiplex(source: AsyncIterable<Buffer>, sinks: Sinks): Promise<void> {
  let header: Buffer = Buffer.alloc(0)
  let stream = 0
  let left = 0
  let engineSays = ''

  for await (const chunk of source) {
    let at = 0
    // Neighbouring frames of one stream go on together: a chatty program makes thousands of them.
    let together: Buffer[] = []
    let togetherFrom = 0
    const flush = async () => {
      if (together.length === 0) return
      const payload = together.length === 1 ? (together[0] ?? Buffer.alloc(0)) : Buffer.concat(together)
      together = []
      if (togetherFrom === 2) await sinks.stderr(payload)
      else if (togetherFrom === 3) engineSays += payload.toString()
      else await sinks.stdout(payload)
    }
    while (at < chunk.length) {
      if (left === 0) {
        const part = chunk.subarray(at, at + headerLength - header.length)
        at += part.length
        header = header.length === 0 ? part : Buffer.concat([header, part])
        if (header.length < headerLength) break
        stream = header[0] ?? 0
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        continue
      }
      const payload = chunk.subarray(at, at + left)
      at += payload.length
      left -= payload.length
      if (stream !== togetherFrom) {
        await flush()
        togetherFrom = stream
      }
      together.push(payload)
    }
    await flush()
  }
  if (engineSays !== '')
    throw new DockerError(`the engine broke off the output: ${engineSays.trim()}`, { status: 500 })
}
