import type { JobOutput, LogStream, TellTransfer } from '../job/ports.ts'

const reset = '\u001B[0;m'
const yellow = '\u001B[0;33m'
const boldRed = '\u001B[31;1m'
const boldGreen = '\u001B[32;1m'

const levels = {
  info: { color: '', prefix: '' },
  warning: { color: yellow, prefix: 'WARNING: ' },
  error: { color: boldRed, prefix: 'ERROR: ' },
  fatal: { color: boldRed, prefix: 'FATAL: ' },
} as const

export type HelperLevel = keyof typeof levels
export type LogFields = Readonly<Record<string, string | number>>

/** Lines as the reference's helper program writes them (job-execution.md §13). */
export interface HelperLog {
  info(message: string, fields?: LogFields): Promise<void>
  warning(message: string, fields?: LogFields): Promise<void>
  error(message: string, fields?: LogFields): Promise<void>
  fatal(message: string, fields?: LogFields): Promise<void>
}

/** The log of one stage that handles archives: what its script echoes, and what its helper says. */
export interface StageLog {
  /** A bold green line of the stage itself. */
  notice(text: string): Promise<void>
  /** A yellow line of the stage itself, without a prefix. */
  caution(text: string): Promise<void>
  readonly helper: HelperLog
  /** Where the transfer meter draws. */
  readonly meter: LogStream
  /** Told how far a transfer is. */
  readonly onTransfer: TellTransfer
}

const width = 50

export function helperLine(level: HelperLevel, message: string, fields: LogFields = {}): string {
  const { color, prefix } = levels[level]
  const padding = ' '.repeat(Math.max(0, width - prefix.length - Array.from(message).length))
  const shown = Object.entries(fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ` ${color}${key}${reset}=${value}`)
  return `${color}${prefix}${message}${padding}${reset} ${shown.join('')}\n`
}

/** Gives a stage its log and flushes it afterwards, however the stage ended. */
export async function withStageLog<T>(output: JobOutput, work: (log: StageLog) => Promise<T>): Promise<T> {
  const said = output.stream(1, 'O')
  const helped = output.stream(1, 'E')
  const write = (level: HelperLevel) => (message: string, fields?: LogFields) =>
    helped.write(helperLine(level, message, fields))
  try {
    return await work({
      notice: (text) => said.write(`${boldGreen}${text}${reset}\n`),
      caution: (text) => said.write(`${yellow}${text}${reset}\n`),
      helper: {
        info: write('info'),
        warning: write('warning'),
        error: write('error'),
        fatal: write('fatal'),
      },
      meter: said,
      onTransfer: (key, transfer) => output.onTransfer?.(key, transfer),
    })
  } finally {
    await said.end()
    await helped.end()
  }
}
