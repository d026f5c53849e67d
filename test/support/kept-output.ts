import type { Transfer } from '../../main/contract/transfer.ts'
import type { JobOutput, LogStream } from '../../main/engine/job/ports.ts'

/** A job's output kept in memory, streams in the order they were written. */
export function keptOutput(): JobOutput & {
  text(): string
  lines(): readonly string[]
  /** What was told of transfers; `over` once one has ended. */
  readonly transfers: readonly (Transfer | 'over')[]
} {
  let text = ''
  const transfers: (Transfer | 'over')[] = []
  const write = (chunk: Uint8Array | string) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    return Promise.resolve()
  }
  const stream: LogStream = { write, end: () => Promise.resolve() }
  const line = (words: string) => write(`${words}\n`)
  return {
    plain: line,
    info: line,
    warning: line,
    error: line,
    section: () => Promise.resolve(() => Promise.resolve()),
    stream: () => stream,
    onTransfer: (_, transfer) => void transfers.push(transfer ?? 'over'),
    transfers,
    text: () => text,
    /** Without colours and the padding in front of fields. */
    lines: () =>
      text
        // eslint-disable-next-line no-control-regex -- colours begin with a control character
        .replaceAll(/\u001B\[[\d;]*m/g, '')
        .split('\n')
        .map((words) => words.replaceAll(/ {2,}/g, '  ').trimEnd())
        .filter((words) => words !== ''),
  }
}
