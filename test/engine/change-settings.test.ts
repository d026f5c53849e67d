import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { writeSettings } from '../../main/engine/change-settings.ts'
import { openSettings } from '../../main/engine/settings.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rm(folder, { recursive: true }))

const silent = { warn() {} }

it('a change is in force at once, and leaves the rest of the file', async () => {
  await writeFile(file, '{ "keep_jobs_days": 30, "hold_minutes": 5 }')
  await writeSettings(folder, { keepJobsDays: 7, holdOnFailure: true })
  expect({
    file: JSON.parse(await readFile(file, 'utf8')),
    read: openSettings(folder, silent)().history.days,
    mode: (await stat(file)).mode & 0o777,
  }).toEqual({
    file: { keep_jobs_days: 7, hold_minutes: 5, hold_on_failure: true },
    read: 7,
    mode: 0o600,
  })
})

it('a file that is no JSON is not written over', async () => {
  await writeFile(file, '{ "keep_jobs_days": ')
  await expect(writeSettings(folder, { keepJobsDays: 7 })).rejects.toBeInstanceOf(SyntaxError)
  expect(await readFile(file, 'utf8')).toBe('{ "keep_jobs_days": ')
})
