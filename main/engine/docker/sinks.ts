import type { Writable } from 'node:stream'

import type { JobOutput, LogStream } from '../job/ports.ts'
import type { Sinks } from './demultiplex.ts'
import { drained } from './drained.ts'

export interface LogSinks extends Sinks {
  /** Settles when all is written. @throws what kept the log from being written */
  end(): Promise<void>
}

// A chatty program's thousands of small chunks become few writes; a container is held back all the same.
const mostAhead = 256 * 1024

/** Both streams of a stage into the job's log, as its stream 1. */
export function toLog(output: JobOutput): LogSinks {
  const out = output.stream(1, 'O')
  const err = output.stream(1, 'E')
  let ahead = 0
  let failure: unknown
  const into = (stream: LogStream) => async (chunk: Buffer) => {
    if (failure !== undefined) throw failure
    ahead += chunk.length
    // The log writes in the order it is given, so whoever waits for this chunk has waited for all before it.
    const written = stream
      .write(chunk)
      .catch((error: unknown) => (failure ??= error))
      .finally(() => (ahead -= chunk.length))
    if (ahead < mostAhead) return
    await written
    if (failure !== undefined) throw failure
  }
  return {
    stdout: into(out),
    stderr: into(err),
    end: async () => {
      for (const stream of [out, err]) await stream.end()
      if (failure !== undefined) throw failure
    },
  }
}

const tailLength = 64 * 1024

/** Output into a stream that may hold it back, or nowhere; of the errors the last 64 KiB are kept. */
export function tailOf(stdout?: Writable): { readonly sinks: Sinks; readonly tail: () => string } {
  let kept = Buffer.alloc(0)
  let failure: unknown
  stdout?.on('error', (error) => (failure = error))
  return {
    tail: () => kept.toString(),
    sinks: {
      stdout: async (chunk) => {
        if (stdout === undefined) return
        if (failure !== undefined) throw failure
        if (stdout.destroyed) throw new Error('the reader of the output has gone')
        if (!stdout.write(chunk)) await drained(stdout)
      },
      stderr: async (chunk) => {
        kept = Buffer.concat([kept, chunk]).subarray(-tailLength)
      },
    },
  }
}
