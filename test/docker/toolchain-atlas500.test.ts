import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { openDesk, type Desk } from '../cli/run-drydock.ts'
import { blogConfig } from '../engine/config/blog-config.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { images } from './kit.ts'
import { runJob } from './run-job.ts'

let desk: Desk
let runner: RunnerUnderTest

const bins = [
  'toolchains/Euler_compile_env_cross/arm/cross_compile/install/bin',
  'host/bin',
  'toolchains/aarch64-linux-gcc6.3/bin',
]

/** A stand-in for the vendor's SDK, with a program in each of its folders. */
function anSdk(version: string): string {
  const folder = join(desk.folder, `atlas500-${version}`)
  for (const [index, bin] of bins.entries()) {
    mkdirSync(join(folder, bin), { recursive: true })
    const says = `#!/bin/sh\necho "tool-${index} of ${version}, DDK_HOME=$DDK_HOME, LC_ALL=$LC_ALL"\n`
    writeFileSync(join(folder, bin, `tool-${index}`), says, { mode: 0o755 })
  }
  mkdirSync(join(folder, 'host/lib'))
  return folder
}

/** The team's file word for word, but for where GitLab, engine, image and folder of this test are. */
function theirFile(ours: string, folder: string): string {
  const value = (key: string) => new RegExp(`^ *${key} = (".*")$`, 'm').exec(ours)?.[1] ?? ''
  return blogConfig
    .replace('"https://git.example.com"', value('url'))
    .replace('"XXXXXXXXX"', value('token'))
    .replace(
      'image = "alpine"',
      `image = "${images.busybox}"\n    pull_policy = "if-not-present"\n    host = ${value('host')}`,
    )
    .replace('# helper_image = "your gitlab runner"', `helper_image = "${images.helper}"`)
    .replace('"/root/atlas500:/root', `"${folder}:/root`)
}

beforeAll(async () => {
  desk = openDesk()
  runner = await startRunner({ dockerHost: inject('dockerHost'), gitlab: { longPollSeconds: 0 } })
  const ours = readFileSync(runner.configFile, 'utf8')
  writeFileSync(runner.configFile, theirFile(ours, anSdk('20.2')))
  await runner.engine.reload()
})
afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  desk[Symbol.dispose]()
})

async function toolchain(...args: readonly string[]) {
  const ran = await desk.run(['toolchain', ...args, '--config', runner.configFile], {
    env: { DRYDOCK_DATA_DIR: runner.dataDir },
  })
  await runner.engine.reload()
  return ran
}

const wish = { script: ['tool-0; tool-1; tool-2', 'touch /root/atlas500/x 2>&1 || true'] }
const commentsOf = (text: string) => text.match(/^\s*#.*(?<!toolchain .*|belongs to it: .*)$/gm)

describe('the hand-written ATLAS500 file', () => {
  it('runs as it is; is recognised, adopted, switched and given back, and runs each time, comments in place', async () => {
    const before = readFileSync(runner.configFile, 'utf8')
    const asItIs = await runJob(runner, wish)
    const offered = await toolchain('adopt')
    const adopted = await toolchain('adopt', 'atlas500@20.2')
    await toolchain('fingerprint', 'atlas500')
    const mine = await runJob(runner, wish)
    const fixed = await toolchain('fix')
    const next = anSdk('20.3')
    const place = ['--folder', next, '--mount', '/root/atlas500', '--path', bins.join()]
    const needs = ['--library-path', 'host/lib', '--var', 'DDK_HOME:/root/atlas500', '--var', 'LC_ALL:C']
    const added = await toolchain('add', 'atlas500@20.3', ...place, ...needs)
    const switched = await toolchain('switch', 'atlas500@20.3')
    const newer = await runJob(runner, wish)
    const back = await toolchain('unassign', 'atlas500')
    const after = readFileSync(runner.configFile, 'utf8')

    const says = (version: string) =>
      bins.map((_, index) => `tool-${index} of ${version}, DDK_HOME=/root/atlas500, LC_ALL=C`)
    const said = ({ log }: { readonly log: string }) => log.match(/tool-\d of .*/g)
    expect([asItIs, mine, newer].map(({ status }) => status)).toEqual(['success', 'success', 'success'])
    expect([asItIs, mine, newer].map(said)).toEqual([says('20.2'), says('20.2'), says('20.3')])
    expect(mine.log).toMatch(/ {2}toolchain atlas500@20\.2 \([0-9a-f]{8}\), read-only at \/root\/atlas500/)
    expect(newer.log).toContain('  toolchain atlas500@20.3')
    expect(newer.log).toContain('Read-only file system')
    expect(offered.stdout).toContain('adopt it: drydock toolchain adopt atlas500@20.2')
    expect([adopted, fixed, added, switched, back].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(commentsOf(after)).toEqual(commentsOf(before))
    expect(after).not.toContain('atlas500@')
  })
})
