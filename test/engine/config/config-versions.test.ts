import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { ChangedBy, ChangedPart } from '../../../main/contract/config-changes.ts'
import { changedParts } from '../../../main/engine/config/changed-parts.ts'
import { ConfigRefused } from '../../../main/engine/config/config-refused.ts'
import { openConfigStore } from '../../../main/engine/config/config-store.ts'
import { mostVersions, openConfigVersions } from '../../../main/engine/config/config-versions.ts'
import { removeRunner, setGlobal, setRunnerKey, setToken } from '../../../main/engine/config/edits.ts'
import { LostSecrets, seal, unseal, withoutSeals } from '../../../main/engine/config/sealed-text.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { aConfig } from './runner-text.ts'
import { temporaryFolder } from './temporary-folder.ts'

const token = 'glrt-aaaaaaaaaaaaaaaaaaaa'
const text = aConfig()
const image = (name: string) => (before: string) => setRunnerKey(before, 0, ['docker', 'image'], name)

/** One config.toml and one data folder, which several programs may open. */
function here(first = text) {
  const folder = temporaryFolder()
  const file = join(folder.path, 'config.toml')
  const root = join(folder.path, 'data')
  writeFileSync(file, first)
  const clock = turnedClock()
  const warnings: string[] = []
  const logger = { info() {}, warn: (line: string) => void warnings.push(line), error() {} }
  const open = async (by: Exclude<ChangedBy, 'outside'> = 'application') => {
    const versions = openConfigVersions({ root, configFile: file, clock })
    const store = await openConfigStore({ file, clock, environment: {}, logger, versions, by })
    /** The content that was remembered `back` changes ago. */
    const former = async (back: number) => {
      const id = (await versions.list())[back]?.id ?? ''
      return (await versions.read(id))?.after ?? ''
    }
    return { versions, store, former, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  }
  const kept = () =>
    readdirSync(join(root, 'config-changes'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  return { file, root, clock, open, kept, warnings, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

describe('changes of config.toml are remembered', () => {
  it('with who made them, when, and which keys they changed, newest first', async () => {
    using place = here()
    await using app = await place.open()
    await using commandLine = await place.open('command-line')
    await app.store.edit(image('debian:12'))
    await commandLine.store.edit((before) => setGlobal(before, ['concurrent'], 4))
    await app.store.reload()
    writeFileSync(place.file, setRunnerKey(readFileSync(place.file, 'utf8'), 0, ['limit'], 1))
    await app.store.reload()
    const changes = await app.versions.list()
    expect(changes.map(({ by, parts }) => ({ by, parts }))).toEqual([
      { by: 'outside', parts: [{ runner: 'one', key: 'limit', what: 'added' }] },
      { by: 'command-line', parts: [{ key: 'concurrent', what: 'changed' }] },
      { by: 'application', parts: [{ runner: 'one', key: 'docker.image', what: 'changed' }] },
      { by: 'outside', parts: [] },
    ])
    expect(changes[0]?.at).toBeGreaterThan(changes[1]?.at ?? Infinity)
  })

  it('in files that only their owner may read, and that hold no secret', async () => {
    using place = here(
      aConfig({
        docker: `    # was token ${token}`,
        tail: '  [runners.cache.s3]\n    AccessKey = "AKIACANARY"\n    SecretKey = \'s3-canary\'',
      }),
    )
    await using app = await place.open()
    await app.store.edit(image('debian:12'))
    const files = place.kept()
    const modes = files.map((path) => (statSync(path).mode & 0o777).toString(8))
    const folderMode = (statSync(join(place.root, 'config-changes')).mode & 0o777).toString(8)
    const texts = files.map((path) => readFileSync(path, 'utf8')).join('')
    expect({ modes, folderMode, tells: /glrt-a|CANARY|canary/.test(texts) }).toEqual({
      modes: ['600', '600'],
      folderMode: '700',
      tells: false,
    })
  })

  it('also when an editor has left no TOML, whose secrets are taken out all the same', async () => {
    using place = here()
    await using app = await place.open()
    await app.store.reload()
    writeFileSync(place.file, `${text}\nbroken = [\n  token = '${token}' \n`)
    await app.store.reload()
    expect(await app.versions.list()).toMatchObject([{ by: 'outside', hasErrors: true }, { by: 'outside' }])
    expect(await app.former(0)).not.toContain('glrt-a')
  })

  it(`up to ${mostVersions} of them`, async () => {
    using place = here()
    await using app = await place.open()
    for (let count = 0; count < mostVersions + 3; count++) await app.store.edit(image(`image:${count}`))
    const changes = await app.versions.list()
    const oldest = await app.versions.read(changes.at(-1)?.id ?? '')
    expect({ count: changes.length, before: oldest?.before }).toEqual({
      count: mostVersions,
      before: undefined,
    })
  })

  it('as far as they can be: a data folder that cannot be written stops nobody from changing the file', async () => {
    using place = here()
    writeFileSync(place.root, 'no folder')
    await using app = await place.open()
    await app.store.edit(image('debian:12'))
    expect(app.store.current().runners[0]?.docker?.image).toBe('debian:12')
    expect(place.warnings).toContainEqual(expect.stringContaining('could not be remembered'))
  })
})

describe('a former text is brought back', () => {
  it('byte for byte, secrets and comments with it', async () => {
    using place = here(aConfig({ runner: '  # mine\n  limit = 2' }).replace(`"${token}"`, `'${token}'`))
    const before = readFileSync(place.file, 'utf8')
    await using app = await place.open()
    await app.store.edit(image('debian:12'))
    expect(await app.store.bringBack(await app.former(1), app.store.revision)).toBe('written')
    expect(readFileSync(place.file, 'utf8')).toBe(before)
  })

  it('and not where the file has changed since', async () => {
    using place = here()
    await using app = await place.open()
    await app.store.edit(image('debian:12'))
    const seen = app.store.revision
    writeFileSync(place.file, setGlobal(readFileSync(place.file, 'utf8'), ['concurrent'], 7))
    expect(await app.store.bringBack(await app.former(1), seen)).toBe('conflict')
    expect(readFileSync(place.file, 'utf8')).toContain('concurrent = 7')
  })

  it('with the token the runner has now, when it was renewed since', async () => {
    using place = here()
    await using app = await place.open()
    await app.store.edit(image('debian:12'))
    const renewed = { token: 'glrt-bbbbbbbbbbbbbbbbbbbb', obtainedAt: new Date(0) }
    await app.store.edit((before) => setToken(before, 0, renewed))
    await app.store.bringBack(await app.former(2), app.store.revision)
    expect(readFileSync(place.file, 'utf8')).toBe(text.replace(token, renewed.token))
  })

  it('over a file that is broken, empty or gone by now', async () => {
    using place = here()
    await using app = await place.open()
    await app.store.reload()
    const good = await app.former(0)
    for (const harm of [
      () => writeFileSync(place.file, `${text}\n[[[`),
      () => writeFileSync(place.file, ''),
      () => rmSync(place.file),
    ]) {
      harm()
      await app.store.reload()
      const { revision } = await app.store.read()
      expect(await app.store.bringBack(good, revision)).toBe('written')
      expect(readFileSync(place.file, 'utf8')).toBe(text)
    }
  })

  it('unless its runner, and with it its token, is in the file no more', async () => {
    using place = here()
    await using app = await place.open()
    await app.store.edit((before) => removeRunner(before, 0))
    await expect(app.store.bringBack(await app.former(1), app.store.revision)).rejects.toThrow(LostSecrets)
    expect(readFileSync(place.file, 'utf8')).not.toContain('[[runners]]')
  })

  it('unless it has errors', async () => {
    using place = here()
    await using app = await place.open()
    writeFileSync(place.file, text.replace('concurrent = 2', 'concurrent = 0'))
    await app.store.reload()
    const bad = await app.former(0)
    writeFileSync(place.file, text)
    await app.store.reload()
    await expect(app.store.bringBack(bad, app.store.revision)).rejects.toThrow(ConfigRefused)
  })
})

describe('a sealed text', () => {
  it.each([
    { writes: 'a basic string', row: 'token = "glrt-x\\u00e9yyyyyyyyyy"' },
    { writes: 'a literal string', row: "token = 'glrt-yyyyyyyyyyyyyyy'" },
    { writes: 'three quotes', row: 'token = """glrt-zzzzzzzzzzzzzz"""' },
    { writes: 'a short one', row: 'sentry_dsn = "a"' },
    { writes: 'an inline table', row: 'cache = { s3 = { SecretKey = "verysecret" } }' },
  ])('says after unsealing what it said: $writes', ({ row }) => {
    const whole = `[[runners]]\n  url = "https://x"\n  ${row}\n`
    const sealed = seal(whole)
    expect(withoutSeals(sealed)).toContain('[hidden]')
    expect(changedParts(unseal(sealed, [whole]), whole)).toEqual([])
  })
})

describe('what changed', () => {
  const two = `${text}\n[[runners]]\n  name = "two"\n  url = "https://gitlab.example.com"\n  token = "glrt-cccccccccccccccccccc"\n  executor = "docker"\n`
  it.each<{ change: string; after: string; before?: string; parts: readonly ChangedPart[] }>([
    { change: 'a runner that came', after: two, parts: [{ runner: 'two', what: 'added' }] },
    {
      change: 'the first of two runners that left',
      before: two,
      after: removeRunner(two, 0),
      parts: [{ runner: 'one', what: 'removed' }],
    },
    {
      change: 'another name',
      after: text.replace('"one"', '"eins"'),
      parts: [{ runner: 'eins', key: 'name', what: 'changed' }],
    },
    { change: 'a comment alone', after: `# hello\n${text}`, parts: [] },
    { change: 'what is no TOML', after: '[[[', parts: [] },
  ])('is said of $change', ({ before = text, after, parts }) => {
    expect(changedParts(before, after)).toEqual(parts)
  })
})
