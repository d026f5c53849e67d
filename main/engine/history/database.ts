import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'

import { say } from '../../contract/sentences/say.ts'
import { migrations } from './migrations.ts'

export type Sqlite = Database.Database

/** Where the history says what a person should know; a pino logger is one. */
export interface HistoryLogger {
  info(details: object, message: string): void
  error(details: object, message: string): void
}

/** Who asks is told what to do about it: the file belongs to another process, or to a newer Drydock. */
export class HistoryUnavailable extends Error {
  override readonly name = 'HistoryUnavailable'
}

/**
 * Opens the database for this process alone and brings its schema up to date. A damaged file is moved aside under
 * its name and the time, and an empty one is started: a lost history must not keep jobs from running.
 * @throws HistoryUnavailable
 */
export function openDatabase(path: string, logger: HistoryLogger, now: () => number): Sqlite {
  try {
    return openSound(path)
  } catch (error) {
    if (!isDamage(error)) throw error
    const aside = `${path}.damaged-${new Date(now()).toISOString().replaceAll(':', '-')}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
    }
    logger.error(
      { path, movedTo: aside, problem: error.message },
      `The job history ${path} was damaged; it was moved to ${aside} and an empty one was started`,
    )
    return openSound(path)
  }
}

function openSound(path: string): Sqlite {
  // SQLite would create the file readable by all; its companions take their mode from it.
  closeSync(openSync(path, 'a', 0o600))
  const leftByCrash = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0
  const database = new Database(path, { timeout: 0 })
  try {
    // Exclusive before WAL: no other process can open the file while we live, and none has to be told when we died.
    database.pragma('locking_mode = EXCLUSIVE')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    if (leftByCrash) assertSound(database)
    migrate(database, path)
    assertReadable(database)
    return database
  } catch (error) {
    database.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new HistoryUnavailable(say('history-in-use', { file: path }), { cause: error })
    }
    throw error
  }
}

function assertSound(database: Sqlite) {
  const answer: unknown = database.pragma('quick_check(1)', { simple: true })
  if (answer !== 'ok') throw new Database.SqliteError(String(answer), 'SQLITE_CORRUPT')
}

/** A torn page near the front is found now, and not by the first job. Costs a page or two per table. */
function assertReadable(database: Sqlite) {
  const tables = database
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .all()
  for (const { name } of tables) database.prepare(`SELECT * FROM "${name}" LIMIT 1`).get()
}

function migrate(database: Sqlite, path: string) {
  const version = database.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new HistoryUnavailable(
      say('history-newer', { file: path, theirs: version, ours: migrations.length }),
    )
  }
  const run = database.transaction(() => {
    for (const step of migrations.slice(version)) database.exec(step)
    database.pragma(`user_version = ${migrations.length}`)
  })
  // Also when nothing is to be done: the write takes the exclusive lock now, not in the middle of a job.
  run.immediate()
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof Database.SqliteError &&
    (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  )
}
