import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../main/engine/clock.ts'
import { ConfigRefused } from '../../../main/engine/config/config-refused.ts'
import { openConfigStore, type ConfigStore } from '../../../main/engine/config/config-store.ts'
import { setGlobal, setRunnerKey } from '../../../main/engine/config/edits.ts'
import type { Config } from '../../../main/engine/config/schema.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { blogConfig } from './blog-config.ts'
import { aConfig } from './runner-text.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function openStore(text: string | undefined, clock = systemClock) {
  const folder = temporaryFolder()
  const file = join(folder.path, 'config.toml')
  if (text !== undefined) writeFileSync(file, text)
  const lines: string[] = []
  const say = (word: string) => (message: string) =>
    void lines.push(`${word}: ${message.replaceAll(file, 'FILE')}`)
  const logger = { info: say('info'), warn: say('warn'), error: say('error') }
  const store = await openConfigStore({ file, clock, environment: {}, logger })
  return {
    file,
    store,
    lines,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** The next configuration that fits. */
async function until(store: ConfigStore, fits: (config: Config) => boolean): Promise<Config> {
  for await (const config of store.watch(AbortSignal.timeout(30_000))) if (fits(config)) return config
  throw new Error('It did not come in time.')
}

async function untilProblem(store: ConfigStore) {
  for await (const problems of store.watchProblems(AbortSignal.timeout(30_000))) {
    if (problems.some(({ severity }) => severity === 'error')) return problems
  }
  throw new Error('No problem came in time.')
}

describe('an open configuration', () => {
  it('of a missing file has no runners, and takes the file up when it appears', async () => {
    await using opened = await openStore(undefined)
    expect(opened.store.current().runners).toEqual([])
    writeFileSync(opened.file, blogConfig)
    expect((await until(opened.store, ({ runners }) => runners.length === 1)).runners[0]?.name).toBe(
      'tangxin',
    )
  })

  it('of a malformed file is refused with file, line and remedy, and the file stays untouched', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'config.toml')
    writeFileSync(file, 'concurrent = "4"\n')
    const logger = { info() {}, warn() {}, error() {} }
    const opening = openConfigStore({ file, clock: systemClock, environment: {}, logger })
    await expect(opening).rejects.toThrow(
      `${file}:1:1: concurrent: concurrent must be a whole number, not text. Write concurrent = 4, without quotes.`,
    )
    expect(readFileSync(file, 'utf8')).toBe('concurrent = "4"\n')
  })

  it('follows an edit made in an editor, by writing or by renaming', async () => {
    await using opened = await openStore(blogConfig)
    writeFileSync(opened.file, setGlobal(blogConfig, ['concurrent'], 3))
    await until(opened.store, ({ concurrent }) => concurrent === 3)
    writeFileSync(`${opened.file}~`, setGlobal(blogConfig, ['concurrent'], 4))
    renameSync(`${opened.file}~`, opened.file)
    await until(opened.store, ({ concurrent }) => concurrent === 4)
  })

  it('keeps the last good configuration under a malformed edit, says where it is wrong, and recovers', async () => {
    await using opened = await openStore(aConfig())
    const revision = opened.store.revision
    writeFileSync(opened.file, aConfig({ docker: '    privileged = "yes"' }))
    const [problem] = await untilProblem(opened.store)
    expect([problem?.path, problem?.line]).toEqual(['runners[0].docker.privileged', 11])
    expect([opened.store.current().concurrent, opened.store.revision]).toEqual([2, revision])
    writeFileSync(opened.file, aConfig().replace('concurrent = 2', 'concurrent = 5'))
    await until(opened.store, ({ concurrent }) => concurrent === 5)
    expect(opened.store.problems()).toEqual([])
  })

  it.each([
    ['vanishes', (file: string) => rmSync(file)],
    ['is emptied', (file: string) => writeFileSync(file, '')],
  ])('keeps its settings when the file %s', async (_, spoil) => {
    await using opened = await openStore(aConfig())
    spoil(opened.file)
    await untilProblem(opened.store)
    expect(opened.store.current().runners.length).toBe(1)
    writeFileSync(opened.file, aConfig())
    await opened.store.reload()
    expect(opened.store.problems()).toEqual([])
  })

  it('looks at the file every 3 seconds where the system tells nothing', async () => {
    const clock = turnedClock()
    await using opened = await openStore(aConfig(), clock)
    // A symbolic link's target elsewhere, changed behind the watched folder's back.
    using elsewhere = temporaryFolder()
    const target = join(elsewhere.path, 'other.toml')
    writeFileSync(target, aConfig().replace('concurrent = 2', 'concurrent = 7'))
    rmSync(opened.file)
    symlinkSync(target, opened.file)
    const turned = async () => {
      await clock.advance(500)
      return opened.store.current().concurrent
    }
    await expect.poll(turned, { interval: 5 }).toBe(7)
  })
})

describe('an edit of the configuration', () => {
  it('changes the edited key alone and is published at once', async () => {
    await using opened = await openStore(blogConfig)
    const answer = await opened.store.edit((text) => setGlobal(text, ['concurrent'], 9))
    expect([answer, opened.store.current().concurrent, readFileSync(opened.file, 'utf8')]).toEqual([
      'written',
      9,
      blogConfig.replace('concurrent = 1', 'concurrent = 9'),
    ])
  })

  it('based on an older revision is a conflict and changes nothing', async () => {
    await using opened = await openStore(blogConfig)
    const seen = opened.store.revision
    await opened.store.edit((text) => setGlobal(text, ['concurrent'], 9))
    const answer = await opened.store.edit((text) => setGlobal(text, ['concurrent'], 2), seen)
    expect([answer, opened.store.current().concurrent]).toEqual(['conflict', 9])
  })

  it('waits for the one before it, so that none is lost', async () => {
    await using opened = await openStore(blogConfig)
    const more = (text: string, config: Config | undefined) =>
      setGlobal(text, ['concurrent'], (config?.concurrent ?? 0) + 1)
    await Promise.all(Array.from({ length: 20 }, () => opened.store.edit(more)))
    expect(opened.store.current().concurrent).toBe(21)
  })

  it('is made on the file as it is at that moment, with an edit from outside in it', async () => {
    await using opened = await openStore(blogConfig)
    writeFileSync(opened.file, blogConfig.replace('"alpine"', '"debian:13"'))
    await opened.store.edit((text) => setGlobal(text, ['concurrent'], 9))
    expect([opened.store.current().concurrent, opened.store.current().runners[0]?.docker?.image]).toEqual([
      9,
      'debian:13',
    ])
  })

  it('is not written over a file that is no TOML', async () => {
    await using opened = await openStore(blogConfig)
    writeFileSync(opened.file, 'concurrent = \n')
    const edit = opened.store.edit((text) => `${text}\n`)
    await expect(edit).rejects.toBeInstanceOf(ConfigRefused)
    expect(readFileSync(opened.file, 'utf8')).toBe('concurrent = \n')
  })

  it('that would add an error is refused; one beside an older error is not', async () => {
    await using opened = await openStore(blogConfig)
    const worse = opened.store.edit((text) => setRunnerKey(text, 0, ['shell'], 'fish'))
    await expect(worse).rejects.toThrow('"fish" is not a shell')
    writeFileSync(opened.file, blogConfig.replace('shm_size = 0', 'shm_size = "0"'))
    expect(await opened.store.edit((text) => setRunnerKey(text, 0, ['token'], 'glrt-new'))).toBe('written')
    expect(opened.store.current().runners[0]?.token).toBe('XXXXXXXXX')
  })

  it('makes the file where there was none', async () => {
    await using opened = await openStore(undefined)
    await opened.store.edit(() => aConfig())
    expect(opened.store.current().runners.length).toBe(1)
  })
})
