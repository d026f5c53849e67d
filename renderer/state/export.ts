import { createStore, type StoreApi } from 'zustand/vanilla'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { Connection } from './connection.ts'

type Wanted = Parameters<RunnerApi['exportJobs']>[0]

export type ExportState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'writing'; readonly done: number; readonly total: number }
  | { readonly phase: 'failed'; readonly why: string }

/** Writes jobs into a file, which the browser saves. */
export interface JobsExport {
  readonly state: StoreApi<ExportState>
  begin(wanted: Wanted): void
  stop(): void
}

/** @param save takes the whole file */
export function createJobsExport(
  connection: Connection,
  save: (file: Blob, format: Wanted['format']) => void,
): JobsExport {
  const state = createStore<ExportState>(() => ({ phase: 'idle' }))
  let left = new AbortController()

  async function write(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const api = await connection.ready(signal)
    const pieces: string[] = []
    for await (const { text, done, total } of api.exportJobs(wanted, signal)) {
      pieces.push(text)
      if (!signal.aborted) state.setState({ phase: 'writing', done, total }, true)
    }
    if (signal.aborted) return
    save(new Blob(pieces, { type: types[wanted.format] }), wanted.format)
    state.setState({ phase: 'idle' }, true)
  }

  return {
    state,
    begin(wanted) {
      left.abort()
      left = new AbortController()
      const { signal } = left
      state.setState({ phase: 'writing', done: 0, total: 0 }, true)
      write(wanted, signal).catch((error: unknown) => {
        if (signal.aborted) return
        state.setState({ phase: 'failed', why: error instanceof Error ? error.message : String(error) }, true)
      })
    },
    stop() {
      left.abort()
      state.setState({ phase: 'idle' }, true)
    },
  }
}

const types = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const
