import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Clock } from '../clock.ts'
import type { DownloadAnswer } from '../gitlab/artifact-port.ts'
import type { JobContext } from '../job/context.ts'
import { archiveSettings } from './archive-settings.ts'
import { fetchPieces } from './fetch-pieces.ts'
import type { StageLog } from './helper-log.ts'
import { metered, startMeter } from './transfer-meter.ts'

type Content = Extract<DownloadAnswer, { kind: 'content' }>

interface Receiving {
  /** Whether it may come in several pieces at once. */
  readonly inPieces: boolean
  readonly log: Pick<StageLog, 'meter' | 'onTransfer'>
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep'>
}

/** Below that, one stream is as fast. */
const worthPieces = 16 * 1024 * 1024
const piecesAtOnce = { asked: 16, unasked: 4 } as const

/** Receives an archive into a file, in several pieces at once where it is long and the server hands them out. */
export async function receive(
  path: string,
  answer: Content,
  context: JobContext,
  { inPieces, log, signal, clock }: Receiving,
): Promise<void> {
  const { size, content, readPiece } = answer
  const { meterInterval: interval } = archiveSettings(context, 'ARTIFACT_COMPRESSION_LEVEL')
  const label = 'Downloading artifacts'
  const meter = { label, interval, log, ...(size !== undefined && { total: size }) } as const
  try {
    const first =
      inPieces && readPiece && size !== undefined && size > worthPieces
        ? await readPiece(0, worthPieces - 1, signal).catch(() => undefined)
        : undefined
    if (!readPiece || size === undefined || !first) {
      signal.throwIfAborted()
      const chunks = metered(content as AsyncIterable<Buffer>, meter)
      return await pipeline(chunks, createWriteStream(path, { mode: 0o600 }), { signal })
    }
    content.destroy()
    let begun: Readable | undefined = first
    using unread = new DisposableStack()
    unread.defer(() => begun?.destroy())
    const isAsked = context.flags.get('FF_USE_PARALLEL_ARTIFACT_TRANSFER') ?? false
    await using shown = await startMeter(meter)
    let done = 0
    await fetchPieces(path, {
      size,
      async read(from, to, stop) {
        const piece = from === 0 && begun ? begun : await readPiece(from, to, stop)
        if (from === 0) begun = undefined
        return piece
      },
      chunkSize: worthPieces,
      concurrency: isAsked ? piecesAtOnce.asked : piecesAtOnce.unasked,
      signal,
      clock,
      isFinal: () => false,
      flush: false,
      onBytes(count) {
        done += count
        void shown.show(done)
      },
    })
  } finally {
    content.destroy()
  }
}
