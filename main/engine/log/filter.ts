/**
 * One step of a stream's way into the log (job-execution.md §9.1). Keeps its state from chunk to chunk; what it still
 * holds back leaves with `end`. The returned bytes may share memory with the chunk.
 */
export interface LogFilter {
  push(chunk: Buffer): Buffer
  end(): Buffer
}

export const noBytes: Buffer = Buffer.alloc(0)

/** What stands in a log where something secret was. */
export const maskText: Buffer = Buffer.from('[MASKED]')

/** Joins pieces, copying only where there are several. */
export function joined(pieces: readonly Buffer[]): Buffer {
  if (pieces.length === 0) return noBytes
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

/** Filters one after the other, as one. */
export function chain(filters: readonly LogFilter[]): LogFilter {
  return {
    push(chunk) {
      let bytes = chunk
      for (const filter of filters) {
        if (bytes.length === 0) break
        bytes = filter.push(bytes)
      }
      return bytes
    },
    end() {
      let bytes = noBytes
      for (const filter of filters) {
        const passed = bytes.length === 0 ? noBytes : filter.push(bytes)
        bytes = joined([passed, filter.end()].filter((piece) => piece.length > 0))
      }
      return bytes
    },
  }
}
