import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'

import { hostImage } from '../../main/cli/demo/host-image.ts'
import { openDesk, type Desk } from '../cli/run-drydock.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { startBlindEngine } from './blind-engine.ts'
import { images } from './kit.ts'
import { runJob, type JobWish } from './run-job.ts'
import { importOnce, oldLibc } from './toolchain-images.ts'

// Each of these reads: the trap, the message, the remedy applied by one command, the job green.

const own = { withVariable: 'drydock-test/guards-env:1', nonRoot: 'drydock-test/toolchain-dev:1' } as const

beforeAll(async () => {
  const host = inject('dockerHost')
  await importOnce(host, own.withVariable, busyboxImage, { changes: ['ENV SDK_HOME=/opt/sdk'] })
  await importOnce(host, own.nonRoot, () => hostImage('plain'), { changes: ['USER dev'] })
})

let desk: Desk
let folder: string
beforeEach(() => {
  desk = openDesk()
  chmodSync(desk.folder, 0o755)
  folder = aFolder('sdk')
})
afterEach(() => desk[Symbol.dispose]())

function aFolder(name: string): string {
  const at = join(desk.folder, name)
  mkdirSync(join(at, 'bin'), { recursive: true })
  writeFileSync(join(at, 'bin/tool'), `#!/bin/sh\necho this is ${name}\n`, { mode: 0o755 })
  return at
}

interface Parts {
  readonly runner?: string
  readonly docker?: string
  readonly dockerHost?: string
}

const aRunner = (parts: Parts = {}) =>
  startRunner({ dockerHost: inject('dockerHost'), gitlab: { longPollSeconds: 0 }, ...parts })

/** The command line on the runner's file and data; the runner reads the file again. */
async function drydock(runner: RunnerUnderTest, ...args: readonly string[]) {
  const ran = await desk.run([...args, '--config', runner.configFile], {
    env: { DRYDOCK_DATA_DIR: runner.dataDir },
  })
  await runner.engine.reload()
  return ran
}

const mount = (entry: string) => `    # by hand\n    volumes = ["${entry}"] # mine`

describe('a trap in a hand-written section', () => {
  interface Guard {
    readonly trap: string
    readonly parts: () => Parts | Promise<Parts>
    readonly wish: JobWish
    /** What the job says without the remedy. */
    readonly fails: RegExp
    readonly message: RegExp
    /** What of the file is new. */
    readonly written: () => readonly string[]
  }
  const guards: readonly Guard[] = [
    {
      trap: '$NAME of the image inside environment',
      parts: () => ({
        runner: '  environment = ["TOOL=$SDK_HOME/bin/tool"] # mine',
        docker: mount(`${folder}:/opt/sdk:ro`),
      }),
      wish: { image: own.withVariable, script: ['$TOOL'] },
      fails: /\/bin\/tool: not found/,
      message: /\$SDK_HOME becomes empty .*: the image's value is not seen/,
      written: () => ['  environment = [] # mine', '    export TOOL="$SDK_HOME/bin/tool"'],
    },
    {
      trap: 'PATH extended in environment',
      parts: () => ({
        runner: '  environment = ["PATH=/opt/sdk/bin:$PATH"] # mine',
        docker: mount(`${folder}:/opt/sdk:ro`),
      }),
      wish: { script: ['tool'] },
      fails: /has no shell "sh" on its PATH/,
      message: /means this entry itself, not the image's value, and jobs no longer find their programs/,
      written: () => ['  environment = [] # mine', '    export PATH="/opt/sdk/bin:$PATH"'],
    },
    {
      trap: 'PATH=$PATH',
      parts: () => ({
        runner: '  environment = ["PATH=$PATH"] # mine',
        docker: mount(`${folder}:/opt/sdk:ro`),
      }),
      wish: { script: ['/opt/sdk/bin/tool'] },
      fails: /has no shell "sh" on its PATH/,
      message: /means this entry itself/,
      written: () => ['  environment = [] # mine'],
    },
    {
      trap: 'LD_LIBRARY_PATH with a stray colon',
      parts: async () => {
        copyFileSync(await oldLibc(), join(folder, 'libc.so.6'))
        return {
          runner: '  pre_build_script = "export LD_LIBRARY_PATH=/opt/sdk/lib:$LD_LIBRARY_PATH"',
          docker: mount(`${folder}:/opt/sdk:ro`),
        }
      },
      wish: { image: images.debian, script: ['cd /opt/sdk', 'ls bin', 'bin/tool'] },
      fails: /symbol lookup error|version .* not found|exit code (?:1|127|139)/,
      message: /ends in ":" where LD_LIBRARY_PATH is not set, which makes programs look into the working/,
      written: () => [
        '  pre_build_script = "export LD_LIBRARY_PATH=/opt/sdk/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
      ],
    },
    {
      trap: 'a mount in /root, and a user who is not root',
      parts: () => ({
        runner: '  environment = ["SDK=/root/sdk/bin"] # mine',
        docker: `    user = "1000"\n${mount(`${folder}:/root/sdk:ro`)}`,
      }),
      wish: { image: images.debian, script: ['$SDK/tool'] },
      fails: /Permission denied/,
      message: /lies in \/root, which images close to everybody but root, and jobs run as 1000/,
      written: () => [
        '  environment = ["SDK=/opt/sdk/bin"] # mine',
        `    volumes = ["${folder}:/opt/sdk:ro"] # mine`,
      ],
    },
    {
      trap: 'a mount over /usr',
      parts: () => ({ docker: mount(`${folder}:/usr:ro`) }),
      wish: { image: images.debian, script: ['/opt/sdk/bin/tool'] },
      fails: /has no shell "sh"|not found|no such file/,
      message: /hides what every image keeps in \/usr, git of the helper image among it/,
      written: () => [`    volumes = ["${folder}:/opt/sdk:ro"] # mine`],
    },
  ]

  it.each(guards)('$trap', async ({ parts, wish, fails, message, written }) => {
    await using runner = await aRunner(await parts())
    const before = readFileSync(runner.configFile, 'utf8').split('\n')
    const trapped = await runJob(runner, wish)
    const fixed = await drydock(runner, 'toolchain', 'fix')
    const after = readFileSync(runner.configFile, 'utf8').split('\n')
    const green = await runJob(runner, wish)
    const again = await drydock(runner, 'toolchain', 'fix')
    expect(trapped.status).toBe('failed')
    expect(trapped.log).toMatch(fails)
    expect(fixed.stdout).toMatch(message)
    expect(after.filter((line) => !before.includes(line) && !/"""|^$/.test(line))).toEqual(written())
    expect(after).toContain('    # by hand')
    expect([fixed.code, green.status, green.log.includes('this is sdk')]).toEqual([0, 'success', true])
    expect(again.stdout).toBe('Nothing is known to go wrong.\n')
  })

  it('options in an order Docker accepts: the file is refused with the order, mended, and runs', async () => {
    await using runner = await aRunner()
    const text = readFileSync(runner.configFile, 'utf8')
    const trap = `    volumes = ["/cache", "${folder}:/opt/sdk:z,ro"] # mine\n`
    writeFileSync(runner.configFile, text.replace(/(\n {4}image = .*\n)/, `$1${trap}`))
    const linted = await drydock(runner, 'lint')
    const wish = { script: ['/opt/sdk/bin/tool'] }
    const trapped = await runJob(runner, wish)
    const fixed = await drydock(runner, 'toolchain', 'fix', '--runner', 'under test')
    const green = await runJob(runner, wish)
    expect([linted.code, linted.stdout]).toEqual([
      1,
      expect.stringContaining('Options have an order: write "ro,z" instead of "z,ro"'),
    ])
    expect([trapped.status, fixed.code, green.status]).toEqual(['failed', 0, 'success'])
    expect(readFileSync(runner.configFile, 'utf8')).toContain(
      `volumes = ["/cache", "${folder}:/opt/sdk:ro,z"] # mine`,
    )
  })

  it('an SELinux label for one container alone: warned of in every job, then gone', async () => {
    await using runner = await aRunner({ docker: mount(`${folder}:/opt/sdk:ro,Z`) })
    const wish = { script: ['/opt/sdk/bin/tool'] }
    const trapped = await runJob(runner, wish)
    const fixed = await drydock(runner, 'toolchain', 'fix')
    const green = await runJob(runner, wish)
    expect(trapped.log).toContain('is relabelled for one container at a time (Z)')
    expect(fixed.stdout).toContain(`chcon -R -t container_file_t ${folder}`)
    expect([green.status, green.log.includes('relabelled')]).toEqual(['success', false])
    expect(readFileSync(runner.configFile, 'utf8')).toContain(`volumes = ["${folder}:/opt/sdk:ro"] # mine`)
  })
})

describe('a trap of a toolchain in the library', () => {
  const add = (runner: RunnerUnderTest, at: string, ...more: readonly string[]) =>
    drydock(runner, 'toolchain', 'add', 'sdk@1', '--folder', at, ...more)
  const assign = (runner: RunnerUnderTest) => drydock(runner, 'toolchain', 'assign', 'sdk')
  const check = (runner: RunnerUnderTest, image: string) =>
    drydock(runner, 'toolchain', 'check', 'sdk', '--image', image)

  it('a mount in /root, and an image whose user is not root', async () => {
    await using runner = await aRunner()
    await add(runner, folder, '--mount', '/root/sdk', '--var', 'SDK_HOME:/root/sdk')
    await assign(runner)
    const wish = { image: own.nonRoot, script: ['tool', '$SDK_HOME/bin/tool'] }
    const trapped = await runJob(runner, wish)
    const checked = await check(runner, own.nonRoot)
    const fixed = await drydock(runner, 'toolchain', 'fix', 'sdk', '--image', own.nonRoot)
    const green = await runJob(runner, wish)
    expect([trapped.status, trapped.log]).toEqual([
      'failed',
      expect.stringMatching(/tool: (?:command not found|Permission denied)/),
    ])
    expect(checked.stdout).toContain(
      `/root/sdk lies in /root, which is closed to dev, as whom jobs run in ${own.nonRoot}.`,
    )
    expect(checked.stdout).toContain(`drydock toolchain fix sdk@1 --image ${own.nonRoot}`)
    expect([fixed.code, green.status]).toEqual([0, 'success'])
    expect((await check(runner, own.nonRoot)).stdout).toContain('✓ 1 of 1 programs run')
  })

  it('no mount in /root where the runner has its jobs run as root, whoever the image names', async () => {
    await using runner = await aRunner({ docker: '    user = "root"' })
    await add(runner, folder, '--mount', '/root/sdk')
    await assign(runner)
    const { status } = await runJob(runner, { image: own.nonRoot, script: ['tool'] })
    const ofImage = await check(runner, own.nonRoot)
    const named = ['--runner', 'under test']
    const ofRunner = await drydock(runner, 'toolchain', 'check', 'sdk', '--image', own.nonRoot, ...named)
    expect(status).toBe('success')
    expect(ofImage.stdout).toContain('✕ 0 of 1 programs run')
    expect(ofRunner.stdout).toContain(' as root, examined in ')
    expect(ofRunner.stdout).toContain('✓ 1 of 1 programs run')
    expect(ofRunner.stdout).not.toContain('closed to')
  })

  it('a folder that is a link, pointed elsewhere between two jobs', async () => {
    const link = join(desk.folder, 'current')
    const point = (to: string) => {
      symlinkSync(to, `${link}.new`)
      renameSync(`${link}.new`, link)
    }
    point(folder)
    await using runner = await aRunner()
    await add(runner, link)
    await assign(runner)
    const checked = await check(runner, images.busybox)
    const fixed = await drydock(runner, 'toolchain', 'fix', 'sdk')
    point(aFolder('another'))
    const { status, log } = await runJob(runner, { script: ['tool'] })
    expect(checked.stdout).toContain('is a link to')
    expect(checked.stdout).toContain('drydock toolchain fix sdk@1')
    expect([fixed.code, status, log.includes('this is sdk')]).toEqual([0, 'success', true])
  })

  it("a C library on LD_LIBRARY_PATH, which breaks the image's own programs", async () => {
    mkdirSync(join(folder, 'lib'))
    copyFileSync(await oldLibc(), join(folder, 'lib/libc.so.6'))
    await using runner = await aRunner()
    await add(runner, folder, '--library-path', 'lib')
    await assign(runner)
    const wish = { image: images.debian, script: ['ls /opt/sdk', 'tool'] }
    const trapped = await runJob(runner, wish)
    const checked = await check(runner, images.debian)
    const fixed = await drydock(runner, 'toolchain', 'fix', 'sdk')
    const green = await runJob(runner, wish)
    expect(trapped.status).toBe('failed')
    expect(checked.stdout).toContain('/opt/sdk/lib holds a C library (libc.so.6)')
    expect([fixed.code, green.status]).toEqual([0, 'success'])
    expect(readFileSync(runner.configFile, 'utf8')).not.toContain('LD_LIBRARY_PATH')
  })

  it('a folder the engine does not see: brought to it as a volume', async () => {
    await using blind = await startBlindEngine(folder)
    await using runner = await aRunner({ dockerHost: blind.host })
    await add(runner, folder)
    await assign(runner)
    const wish = { script: ['tool'] }
    const trapped = await runJob(runner, wish)
    const checked = await check(runner, images.busybox)
    const remedy = /drydock (toolchain import sdk@1 --volume sdk)/.exec(checked.stdout)?.[1] ?? ''
    const fixed = await drydock(runner, ...remedy.split(' '))
    const green = await runJob(runner, wish)
    expect([trapped.status, trapped.log]).toEqual(['failed', expect.stringContaining('tool: not found')])
    expect(checked.stdout).toContain(`has another folder at ${folder}; a job would find an empty one.`)
    expect([fixed.code, green.status, green.log.includes('this is sdk')]).toEqual([0, 'success', true])
    expect(readFileSync(runner.configFile, 'utf8')).toContain('"sdk:/opt/sdk:ro"')
  })
})
