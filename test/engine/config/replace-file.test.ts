import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { removeLeftovers, replaceFile } from '../../../main/engine/config/replace-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

const module = new URL('../../../main/engine/config/replace-file.ts', import.meta.url).href
const nodeProgram = join(import.meta.dirname, '../../../node_modules/.bin/node')

/** A program that replaces a file and kills itself at its n-th step; it prints the step it reached. */
const dyingWriter = `
import * as fs from 'node:fs/promises'
const [file, content, deadline] = process.argv.slice(1)
let steps = 0
const step = () => { if (++steps === Number(deadline)) process.kill(process.pid, 'SIGKILL') }
const watched = (target) => new Proxy(target, {
  get: (_, name) => typeof target[name] === 'function'
    ? async (...input) => {
        step()
        const output = await target[name](...input)
        step()
        return name === 'open' ? watched(output) : output
      }
    : target[name],
})
const { replaceFile } = await import('${module}')
await replaceFile(file, content, watched({ ...fs }))
console.log(steps)
`
const writeAndDie = (file: string, content: string, deadline: number) =>
  spawnSync(nodeProgram, ['--input-type=module', '-e', dyingWriter, file, content, String(deadline)], {
    encoding: 'utf8',
  })

describe('replaceFile', () => {
  it('leaves the old or the new content whole, at whatever step it is killed', () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'config.toml')
    const [before, after] = ['old\n'.repeat(1000), 'new\n'.repeat(2000)]
    writeFileSync(file, before)
    const steps = Number(writeAndDie(file, after, 0).stdout)
    expect(steps).toBeGreaterThan(10)

    const seen = new Set<string>()
    for (let deadline = 1; deadline <= steps; deadline++) {
      writeFileSync(file, before)
      expect(writeAndDie(file, after, deadline).signal).toBe('SIGKILL')
      const found = readFileSync(file, 'utf8')
      seen.add(found === before ? 'old' : found === after ? 'new' : 'broken')
    }
    expect([...seen].sort()).toEqual(['new', 'old'])
  }, 60_000)

  it('gives the file mode 0600 and a new folder 0700', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'deep', 'er', 'config.toml')
    await replaceFile(file, 'x')
    expect([statSync(file).mode & 0o777, statSync(join(folder.path, 'deep')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ])
  })

  it('narrows the mode of a file that others could read', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'config.toml')
    writeFileSync(file, 'old')
    chmodSync(file, 0o644)
    await replaceFile(file, 'new')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('keeps a symbolic link one, also a relative one to a file that is not there yet', async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'real'))
    const link = join(folder.path, 'config.toml')
    symlinkSync('real/config.toml', link)
    await replaceFile(link, 'one')
    await replaceFile(link, 'two')
    expect([
      lstatSync(link).isSymbolicLink(),
      readFileSync(join(folder.path, 'real/config.toml'), 'utf8'),
    ]).toEqual([true, 'two'])
  })

  it('refuses links that lead in a circle', async () => {
    using folder = temporaryFolder()
    const [a, b] = [join(folder.path, 'a'), join(folder.path, 'b')]
    symlinkSync(b, a)
    symlinkSync(a, b)
    await expect(replaceFile(a, 'x')).rejects.toThrow('leads in a circle')
  })

  it('leaves nothing behind when it fails', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'config.toml')
    mkdirSync(file)
    await expect(replaceFile(file, 'x')).rejects.toThrow()
    expect(readdirSync(folder.path)).toEqual(['config.toml'])
  })

  it("removes what a crash left, but not a living process's neighbour", async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'config.toml')
    const [old, fresh] = ['.config.toml.0123456789ab.tmp', '.config.toml.ba9876543210.tmp']
    for (const name of [old, fresh, '.config.toml.keep', 'other.tmp'])
      writeFileSync(join(folder.path, name), '')
    utimesSync(join(folder.path, old), 0, 0)
    await removeLeftovers(file, Date.now())
    expect(readdirSync(folder.path).sort()).toEqual(['.config.toml.keep', fresh, 'other.tmp'].sort())
  })
})
