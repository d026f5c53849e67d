import { createWriteStream, mkdirSync, renameSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'

import type { Surroundings } from '../engine/config/locations.ts'
import type { Terminal } from '../cli/terminal.ts'
import { createLogger, readFormat, readLevel } from '../cli/logger.ts'
import { systemClock } from '../engine/clock.ts'

/** The application's log: this run's, with the one before beside it. Tokens do not get in. */
export function openLogFile(dataDir: string): Writable {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'desktop.log')
  try {
    renameSync(file, `${file}.1`)
  } catch {
    // The first run has none before it.
  }
  const log = createWriteStream(file, { mode: 0o600 })
  // A full disk must not end the application.
  log.on('error', () => undefined)
  return log
}

/** The world as the engine's composition asks for it, for an application that has no terminal. */
export function engineTerminal(log: Writable, around: Surroundings): Terminal {
  const { logger, hide, setFormat, setLevel } = createLogger(log, { level: 'info', format: 'text' })
  return {
    stdin: new PassThrough(),
    stdout: log,
    stderr: log,
    around,
    hostname: hostname(),
    clock: systemClock,
    logger,
    hide,
    followLogSettings({ log_level, log_format }) {
      try {
        setLevel(readLevel(log_level ?? 'info'))
        setFormat(readFormat(log_format ?? 'text'))
      } catch {
        // The file's own check has named the word that is no level or format.
      }
    },
    interrupted: new AbortController().signal,
  }
}
