import type { Writable } from 'node:stream'

import type { JobOutput, LogStream } from '../job/ports.ts'
import type { Sinks } from './demultiplex.ts'
import { drained } from './drained.ts'

export interface LogSinks extends Sinks {
  readonly streams: readonly LogStream[]
}

/** Both streams of a stage into the job's log, as its stream 1. */
export function toLog(output: JobOutput): LogSinks {
  const out = output.stream(1, 'O')
  const err = output.stream(1, 'E')
  return { streams: [out, err], stdout: (chunk) => out.write(chunk), stderr: (chunk) => err.write(chunk) }
}

export async function endOf({ streams }: LogSinks): Promise<void> {
  for (const stream of streams) await stream.end()
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
