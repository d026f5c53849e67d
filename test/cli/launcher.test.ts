import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { launcher } from './run-drydock.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'drydock launcher '))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** An installed package: the launcher beside `dist/cli.js`. */
function install(): string {
  const home = join(folder, 'installed')
  mkdirSync(join(home, 'dist'), { recursive: true })
  copyFileSync(launcher, join(home, 'drydock'))
  writeFileSync(join(home, 'dist/cli.js'), '')
  return home
}

/** A program called `node` that says it is of a version, and prints how it was called. */
function fakeNode(directory: string, version: string): void {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'node')
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "${version} $$"; printf '[%s]\\n' "$@"; fi\n`,
  )
  chmodSync(file, 0o755)
}

const run = (program: string, args: readonly string[], path: string) =>
  spawnSync(program, args, { encoding: 'utf8', cwd: '/', env: { PATH: `${path}:/usr/bin:/bin` } })

describe('the launcher', () => {
  it('takes the Node.js beside it before the one on the PATH, and passes arguments as they are', () => {
    const home = install()
    fakeNode(join(home, 'node_modules/.bin'), 'v24.1.0')
    fakeNode(join(folder, 'path'), 'v25.0.0')
    const { stdout, status } = run(join(home, 'drydock'), ['a b', '', '*'], join(folder, 'path'))
    expect([status, stdout.replace(/ \d+\n/, '\n')]).toEqual([
      0,
      `v24.1.0\n[--max-semi-space-size=2]\n[${home}/dist/cli.js]\n[a b]\n[]\n[*]\n`,
    ])
  })

  it.each(['v24.0.0', 'v24.11.1', 'v25.0.0', 'v30.1.0'])('runs with %s', (version) => {
    const home = install()
    fakeNode(join(folder, 'path'), version)
    expect(run(join(home, 'drydock'), [], join(folder, 'path')).stdout).toContain(`${version} `)
  })

  it.each(['v23.11.0', 'v22.18.0', 'v8.0.0', 'nonsense'])(
    'says in one sentence that %s is too old',
    (version) => {
      const home = install()
      fakeNode(join(folder, 'path'), version)
      const { status, stdout, stderr } = run(join(home, 'drydock'), ['run'], join(folder, 'path'))
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: '',
        stderr: `drydock: Drydock needs Node.js 24 or newer (found ${version}); install it from https://nodejs.org.\n`,
      })
    },
  )

  it('tells a fresh checkout to run npm ci', () => {
    const home = install()
    writeFileSync(join(home, 'package-lock.json'), '{}')
    fakeNode(join(folder, 'path'), 'v20.0.0')
    const { stderr } = run(join(home, 'drydock'), [], join(folder, 'path'))
    expect(stderr).toBe(
      `drydock: run "npm ci" in ${home} first; it brings the Node.js that Drydock needs (24 or newer, found v20.0.0).\n`,
    )
  })

  it('works through symbolic links, absolute and relative, from any folder', () => {
    const home = install()
    fakeNode(join(folder, 'path'), 'v24.0.0')
    mkdirSync(join(folder, 'bin'))
    symlinkSync('../installed/drydock', join(folder, 'bin/one'))
    symlinkSync(join(folder, 'bin/one'), join(folder, 'two'))
    expect(run(join(folder, 'two'), [], join(folder, 'path')).stdout).toContain(`[${home}/dist/cli.js]`)
  })

  it('becomes the program, so that signals reach it', () => {
    const home = install()
    fakeNode(join(folder, 'path'), 'v24.0.0')
    const { stdout, pid } = run(join(home, 'drydock'), [], join(folder, 'path'))
    expect(stdout.split('\n')[0]).toBe(`v24.0.0 ${pid}`)
  })

  it('says so when its program is missing', () => {
    copyFileSync(launcher, join(folder, 'drydock'))
    const { status, stderr } = run(join(folder, 'drydock'), [], folder)
    expect([status, stderr]).toEqual([
      1,
      `drydock: its program is missing in ${folder}; install Drydock again.\n`,
    ])
  })
})
