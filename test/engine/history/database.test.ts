import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openHistory } from '../../../main/engine/history/history.ts'
import { migrations } from '../../../main/engine/history/migrations.ts'
import { aNewJob, silent } from './new-job.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-history-'))
  path = join(dir, 'history.sqlite')
})
afterEach(() => rmSync(dir, { recursive: true }))

const insertOldJob = `
  INSERT INTO runners (id, key, name) VALUES (1, 'k', 'r');
  INSERT INTO jobs (gitlab_id, gitlab_url, runner_id, name, project, ref, sha, image, timeout, accepted_at, variable_names)
  VALUES (1, 'u', 1, 'from long ago', 'p', 'main', 'abc', 'alpine', 60, 1, '[]');`

describe('the database', () => {
  it.each(migrations.map((_, version) => version))('is brought up to date from version %i', (version) => {
    const old = new Database(path)
    for (const step of migrations.slice(0, version)) old.exec(step)
    old.pragma(`user_version = ${version}`)
    if (version > 0) old.exec(insertOldJob)
    old.close()

    const history = openHistory({ path, logger: silent })
    history.begin(aNewJob({ name: 'of today' }))
    const names = (text: string) => history.find({ text, limit: 10 }).jobs.map((job) => job.name)
    expect([names('long'), names('today')]).toEqual([version > 0 ? ['from long ago'] : [], ['of today']])
    history.close()

    const now = new Database(path)
    expect(now.pragma('user_version', { simple: true })).toBe(migrations.length)
    now.close()
  })

  it('is durable, write-ahead and strict', () => {
    openHistory({ path, logger: silent }).close()
    const database = new Database(path)
    const loose = database
      .prepare(
        `SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
      )
      .all()
    expect({ mode: database.pragma('journal_mode', { simple: true }), loose }).toEqual({
      mode: 'wal',
      loose: [],
    })
    database.close()
  })

  it('written by a newer Drydock is left alone', () => {
    const newer = new Database(path)
    newer.pragma('user_version = 99')
    newer.close()
    expect(() => openHistory({ path, logger: silent })).toThrow(
      `The job history ${path} was written by a newer Drydock (schema 99`,
    )
    expect(readdirSync(dir)).toEqual(['history.sqlite'])
  })

  it.each([
    { name: 'is no database', damage: () => writeFileSync(path, 'not a database at all, '.repeat(100)) },
    {
      name: 'has a torn page',
      damage: () => {
        const history = openHistory({ path, logger: silent })
        for (let job = 0; job < 300; job++) history.begin(aNewJob())
        history.close()
        execFileSync('dd', [
          'if=/dev/urandom',
          `of=${path}`,
          'bs=512',
          'count=60',
          'seek=1',
          'conv=notrunc',
          'status=none',
        ])
      },
    },
  ])('that $name is moved aside, and said so', ({ damage }) => {
    damage()
    const said: string[] = []
    const logger = { ...silent, error: (_: object, message: string) => void said.push(message) }
    const history = openHistory({ path, logger, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) })
    const id = history.begin(aNewJob())
    const aside = `${path}.damaged-2026-01-02T03-04-05.000Z`
    expect({ id, aside: existsSync(aside), said }).toEqual({
      id: 1,
      aside: true,
      said: [`The job history ${path} was damaged; it was moved to ${aside} and an empty one was started`],
    })
    history.close()
  })

  it('cannot be opened by a second process while the first lives', () => {
    const history = openHistory({ path, logger: silent })
    expect(() => openHistory({ path, logger: silent })).toThrow(
      `The job history ${path} is in use by another Drydock; stop that one, or give this one its own --data-dir`,
    )
    history.close()
    openHistory({ path, logger: silent }).close()
  })

  it('holds what was begun in any copy of its files taken after begin returned', () => {
    const history = openHistory({ path, logger: silent })
    const found: number[] = []
    for (let job = 1; job <= 12; job++) {
      history.begin(aNewJob({ gitlabId: job }))
      history.stageStarted(job, { name: 'step_script', title: 'Executing', startedAt: job })
      const copyDir = join(dir, `copy-${job}`)
      mkdirSync(copyDir)
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, join(copyDir, `history.sqlite${suffix}`))
      }
      const copy = openHistory({ path: join(copyDir, 'history.sqlite'), logger: silent })
      found.push(copy.unfinished().length)
      copy.close()
    }
    history.close()
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })
})
