import type { Writable } from 'node:stream'

import { pino, type Logger } from 'pino'

import { redact } from '../engine/config/secret.ts'
import { UsageError } from './option.ts'

export const logFormats = ['runner', 'text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

const levels: Readonly<Record<string, string>> = {
  panic: 'fatal',
  fatal: 'fatal',
  error: 'error',
  warning: 'warn',
  warn: 'warn',
  info: 'info',
  debug: 'debug',
}

/** A level in gitlab-runner's words as pino's. @throws UsageError */
export function readLevel(word: string): string {
  const level = levels[word.toLowerCase()]
  if (level !== undefined) return level
  throw new UsageError(`There is no log level "${word}"; use panic, fatal, error, warning, info or debug.`)
}

/** @throws UsageError */
export function readFormat(word: string): LogFormat {
  const format = logFormats.find((known) => known === word)
  if (format !== undefined) return format
  throw new UsageError(`There is no log format "${word}"; use runner, text or json.`)
}

export interface RedactingLogger {
  readonly logger: Logger
  readonly setFormat: (format: LogFormat) => void
  readonly setLevel: (level: string) => void
  /** Keeps a text out of every line from now on. */
  readonly hide: (secret: string) => void
}

/** Logs to `out`, one line per event; nothing that looks like a token, or was hidden, gets through. */
export function createLogger(out: Writable, options: { level: string; format: LogFormat }): RedactingLogger {
  const secrets = new Set<string>()
  let format = options.format
  const colours = 'isTTY' in out && out.isTTY === true
  const destination = {
    write(line: string) {
      const event = JSON.parse(line) as LogEvent
      out.write(`${redact(render(event, format, colours), secrets)}\n`)
    },
  }
  const logger = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  )
  return {
    logger,
    setFormat: (next) => void (format = next),
    setLevel: (level) => void (logger.level = level),
    hide: (secret) => void secrets.add(secret),
  }
}

interface LogEvent {
  readonly level: number
  readonly time: string
  readonly msg?: string
  readonly err?: { readonly message?: string; readonly stack?: string }
  readonly [field: string]: unknown
}

function levelName(level: number): string {
  if (level >= 60) return 'fatal'
  if (level >= 50) return 'error'
  if (level >= 40) return 'warning'
  return level >= 30 ? 'info' : 'debug'
}

function render(event: LogEvent, format: LogFormat, colours: boolean): string {
  const { level, time, msg = '', err, ...rest } = event
  const name = levelName(level)
  const fields: [string, unknown][] = Object.entries(rest)
  if (err?.message !== undefined) fields.push(['error', err.message])
  if (err?.stack !== undefined && name !== 'info' && level >= 50 && !(err.message ?? '').includes('\n')) {
    fields.push(['stack', err.stack])
  }
  switch (format) {
    case 'json':
      return JSON.stringify({ ...Object.fromEntries(fields), level: name, msg, time })
    case 'text':
      return [`time=${quote(time)}`, `level=${name}`, `msg=${quote(msg)}`, ...fields.map(pair)].join(' ')
    case 'runner': {
      const prefix = level >= 50 ? `${name.toUpperCase()}: ` : level >= 40 ? 'WARNING: ' : ''
      const tail = fields.filter(([key]) => key !== 'stack' || colours).map(pair)
      const text = [`${prefix}${msg}`.padEnd(tail.length > 0 ? 50 : 0), ...tail].join(' ')
      return colours ? paint(text, level) : text
    }
  }
}

const pair = ([key, value]: readonly [string, unknown]) =>
  `${key}=${quote(typeof value === 'string' ? value : JSON.stringify(value))}`
const quote = (text: string) => (/^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text))

function paint(text: string, level: number): string {
  if (level >= 50) return `\u001b[31;1m${text}\u001b[0;m`
  if (level >= 40) return `\u001b[33m${text}\u001b[0;m`
  return level < 30 ? `\u001b[37m${text}\u001b[0;m` : text
}
