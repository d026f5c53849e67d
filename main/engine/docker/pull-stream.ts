import type { Readable } from 'node:stream'

import { z } from 'zod'

import { DockerError } from './docker-error.ts'
import type { LayerProgress } from './port.ts'

const event = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
})

/**
 * Reads a pull's events to the end. A pull answers 200 as soon as it has begun, so its failure is an event like any
 * other (docker-executor.md §5.2).
 * @throws DockerError with the engine's words.
 */
export async function readPull(
  stream: Readable,
  onProgress: (layer: LayerProgress) => void,
  signal?: AbortSignal,
): Promise<void> {
  let failure: string | undefined
  try {
    for await (const line of linesOf(stream)) {
      const parsed = event.safeParse(jsonOf(line))
      if (!parsed.success) continue // A line that is no event says nothing about the pull.
      const { id, status, progressDetail, error, errorDetail } = parsed.data
      failure ??= errorDetail?.message ?? error
      if (id !== undefined && status !== undefined) {
        onProgress({ layer: id, status, current: progressDetail?.current, total: progressDetail?.total })
      }
    }
  } catch (cause) {
    signal?.throwIfAborted()
    throw new DockerError(
      `the engine broke off the pull: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    )
  }
  signal?.throwIfAborted()
  if (failure !== undefined) throw new DockerError(failure, { status: 500 })
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
