import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { ExportChunk } from '../../contract/api.ts'
import { openDataDirs } from '../../engine/data-dirs.ts'
import { exportJobs } from '../../engine/history/export-jobs.ts'
import { openHistory } from '../../engine/history/history.ts'
import type { JobsRequest } from '../engine-port.ts'
import { findEngine } from '../find-engine.ts'

/** Prints jobs of the history, those of a running engine if there is one, as a table for programs. @returns 0. */
export async function printJobs({ terminal, dataDir, jobs }: JobsRequest): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const attached = await findEngine(dataDir)
  if (attached !== undefined) stack.use(attached)
  const idle = () => {
    const history = openHistory({ path: openDataDirs(dataDir).history, logger: terminal.logger })
    stack.defer(() => history.close())
    return exportJobs(history, jobs)
  }
  const chunks = attached === undefined ? idle() : attached.api.exportJobs(jobs, terminal.interrupted)
  try {
    await pipeline(Readable.from(textsOf(chunks)), terminal.stdout, { end: false })
  } catch (error) {
    // Whoever reads has read enough, as head does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
  return 0
}

async function* textsOf(chunks: AsyncIterable<ExportChunk>): AsyncGenerator<string> {
  for await (const { text } of chunks) yield text
}
