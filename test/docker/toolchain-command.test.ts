import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'

import { openDesk, type Desk } from '../cli/run-drydock.ts'
import { blogConfig } from '../engine/config/blog-config.ts'
import { images } from './kit.ts'
import { bareMetalToolchain, busybox, crossToolchain, importOnce, muslImage } from './toolchain-images.ts'

// The newer builder is a program of its own, which may not be there.
const plainBuild = { ...process.env, DOCKER_BUILDKIT: '0' }

let desk: Desk
beforeEach(() => {
  desk = openDesk()
})
afterEach(() => desk[Symbol.dispose]())

const toolchain = (...args: readonly string[]) =>
  desk.run(['toolchain', ...args], { env: { DOCKER_HOST: inject('dockerHost') } })

/** A folder that looks like a toolchain. */
function aFolder(name: string): string {
  const folder = join(desk.folder, name)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'bin/tool'), '#!/bin/sh\necho tool 1.0\n', { mode: 0o755 })
  return folder
}

describe('drydock toolchain', () => {
  it('adds, assigns, switches for all runners at once, and takes out, the file byte for byte what it was', async () => {
    writeFileSync(desk.config, blogConfig)
    for (const version of ['1', '2'])
      await toolchain(
        'add',
        `tools@${version}`,
        '--folder',
        aFolder(`tools-${version}`),
        '--var',
        `TOOLS_HOME:/opt/tools`,
      )
    const assigned = await toolchain('assign', 'tools', '--runner', 'tangxin')
    const listed = await toolchain('list', '--json')
    const switched = await toolchain('switch', 'tools@2')
    const during = readFileSync(desk.config, 'utf8')
    const refused = await toolchain('remove', 'tools@2')
    const unassigned = await toolchain('unassign', 'tools')
    expect([assigned, switched, unassigned].map(({ code }) => code)).toEqual([0, 0, 0])
    expect((JSON.parse(listed.stdout) as object[])[0]).toMatchObject({
      name: 'tools',
      version: '1',
      mountPoint: '/opt/tools',
      path: ['bin'],
      current: true,
      runners: ['tangxin'],
    })
    expect(switched.stdout).toBe('tools@2 is the current version, now on tangxin.\n')
    expect(during).toContain(`"${join(desk.folder, 'tools-2')}:/opt/tools:ro",`)
    expect(refused.stderr).toContain('tools@2 is used by tangxin; unassign it there first.')
    expect(readFileSync(desk.config, 'utf8')).toBe(blogConfig)
  })

  it('offers the hand-written configuration for adoption, and warns of its stray colon when asked for', async () => {
    writeFileSync(desk.config, blogConfig)
    const offered = await toolchain('adopt')
    const adopted = await toolchain('adopt', 'atlas500@20.2')
    const linted = await desk.run(['lint'])
    expect(linted.stdout).toContain(
      'Known to go wrong with toolchains; "drydock toolchain fix" mends it:\n    "export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB:$LD_LIBRARY_PATH" ends in ":"',
    )
    expect(offered.stdout).toBe(
      'atlas500  on tangxin: /root/atlas500 → /root/atlas500; adopt it: drydock toolchain adopt atlas500@1\n',
    )
    expect(adopted).toMatchObject({ code: 0 })
    expect(linted.code).toBe(0)
    const text = readFileSync(desk.config, 'utf8')
    expect(
      text
        .split('\n')
        .filter((line) => !/toolchain atlas500|belongs to it/.test(line))
        .join('\n'),
    ).toBe(blogConfig)
  })

  it('examines in seconds, and again from memory, with an exit code for scripts', async () => {
    await importOnce(inject('dockerHost'), 'drydock-test/toolchain-musl:1', muslImage)
    const { folder, binDirs, libDirs } = await crossToolchain()
    await toolchain(
      'add',
      'cross@12',
      '--folder',
      folder,
      '--path',
      binDirs.join(),
      '--library-path',
      libDirs.join(),
    )
    const good = await toolchain('check', 'cross', '--image', images.debian, '--json')
    const again = await toolchain('check', 'cross', '--image', images.debian, '--json')
    const bad = await toolchain('check', 'cross', '--image', 'drydock-test/toolchain-musl:1')
    const { tookMs, ...report } = JSON.parse(good.stdout) as {
      tookMs: number
      runs: number
      programs: number
    }
    const second = JSON.parse(again.stdout) as { tookMs: number }
    expect([good.code, bad.code]).toEqual([0, 1])
    expect(tookMs).toBeLessThan(10_000)
    expect(second).toEqual({ ...report, tookMs: expect.any(Number) as number })
    expect(second.tookMs).toBeLessThan(1000)
    expect(report.runs).toBe(report.programs)
    expect(bad.stdout).toContain(
      'needs the glibc loader /lib64/ld-linux-x86-64.so.2, but drydock-test/toolchain-musl:1 uses musl',
    )
    expect(bad.stdout).toContain(`    ${images.debian} (`)
  })

  it('suggests an image that came to the engine since it last looked', async () => {
    const host = inject('dockerHost')
    const fitting = 'drydock-test/toolchain-shell:1'
    const folder = aFolder('scripts')
    writeFileSync(join(folder, 'bin/other'), '#!/opt/own/sh\necho other\n', { mode: 0o755 })
    const check = () => toolchain('check', folder, '--image', images.busybox)
    const before = await check()
    const context = join(desk.folder, 'image')
    mkdirSync(context)
    copyFileSync(await busybox(), join(context, 'sh'))
    writeFileSync(join(context, 'Dockerfile'), `FROM ${images.busybox}\nCOPY sh /opt/own/sh\n`)
    execFileSync('docker', ['-H', host, 'build', '-q', '-t', fitting, context], { env: plainBuild })
    const after = await check()
    execFileSync('docker', ['-H', host, 'rmi', fitting])
    const later = await check()
    expect(before.stdout).toContain('1 of 2 programs run')
    const suggested = [before, after, later].map(({ stdout }) => stdout.includes(`    ${fitting} (2 of 2)`))
    expect(suggested).toEqual([false, true, false])
  })

  it('examines a folder that nobody has added, and warns of a link in its place', async () => {
    const folder = aFolder('real')
    symlinkSync(folder, join(desk.folder, 'link'))
    const checked = await toolchain('check', './link', '--image', images.busybox)
    expect(checked.stdout).toContain('✓ 1 of 1 programs run')
    expect(checked.stdout).toContain(`/link is a link to ${folder}: when it is pointed elsewhere`)
  })

  it('tells what a toolchain lacks in an image as its user would say it, package and remedy included', async () => {
    await toolchain('add', 'arm@12', '--folder', await bareMetalToolchain())
    const { code, stdout } = await toolchain('check', 'arm', '--image', images.debian)
    expect(code).toBe(1)
    expect(
      stdout
        .replaceAll(/examined in .* s/g, 'examined')
        .split('\n')
        .slice(0, 5),
    ).toEqual([
      `arm@12 in ${images.debian} (amd64), examined`,
      '! 14 of 44 programs run',
      '! 26 programs: libz.so.1 is missing (needed by arm-none-eabi-addr2line)',
      '    for example /opt/arm/usr/bin/arm-none-eabi-addr2line',
      '    Install zlib1g (Debian, Ubuntu) in the image, or put the library into a folder of libraries of the toolchain.',
    ])
  })

  it('takes a fingerprint, notices drift and accepts it', async () => {
    const folder = aFolder('tools')
    await toolchain('add', 'tools@1', '--folder', folder)
    const first = await toolchain('fingerprint', 'tools')
    writeFileSync(join(folder, 'bin/tool'), '#!/bin/sh\necho tool 1.1\n')
    const drifted = await toolchain('fingerprint', 'tools')
    const accepted = await toolchain('fingerprint', 'tools', '--accept')
    const last = await toolchain('fingerprint', 'tools', '--json')
    expect([first.code, drifted.code, accepted.code, last.code]).toEqual([0, 1, 0, 0])
    expect(drifted.stdout).toContain('    changed bin/tool\n')
    expect(JSON.parse(last.stdout)).toMatchObject({ toolchain: 'tools@1', state: 'unchanged', files: 1 })
  })

  it('takes changed content for a new version of every runner that has the old one, when told so', async () => {
    writeFileSync(desk.config, blogConfig)
    const folder = aFolder('tools')
    await toolchain('add', 'tools@1', '--folder', folder)
    await toolchain('assign', 'tools')
    await toolchain('fingerprint', 'tools')
    writeFileSync(join(folder, 'bin/more'), 'more')
    const accepted = await toolchain('accept', 'tools', '--as', '1.1')
    const listed = await toolchain('list', '--json')
    const again = await toolchain('accept', 'tools', '--as', '1.2')
    expect(accepted.stdout).toMatch(
      /^ {4}added bin\/more\ntools@1\.1 is this content from now on, [0-9a-f]{8} instead of tools@1\.\n$/,
    )
    expect(JSON.parse(listed.stdout)).toEqual([
      expect.objectContaining({
        name: 'tools',
        version: '1.1',
        current: true,
        files: 2,
        runners: ['tangxin'],
      }),
    ])
    expect(again.stdout).toMatch(/^tools@1\.1 is what was recorded, [0-9a-f]{8}\.\n$/)
    expect(readFileSync(desk.config, 'utf8')).toContain('# >>> toolchain tools@1.1\n')
  })

  it('takes a toolchain out of a fat image, and tells how to make the slim one', async () => {
    const imported = await toolchain(
      'import',
      'git@2',
      '--image',
      images.helper,
      '--image-folder',
      '/usr/lib/git-core',
    )
    const listed = await toolchain('list', '--json')
    const again = await toolchain('import', 'git@2', '--image', images.helper, '--image-folder', '/usr')
    expect([imported.code, again.code]).toEqual([0, 1])
    expect(imported.stdout).toMatch(/Without it the image is [\d.]+ MiB smaller/)
    expect(imported.stdout).toContain(
      '    RUN rm -rf "/usr/lib/git-core"\n    FROM scratch\n    COPY --from=fat / /\n',
    )
    const [{ folder }] = JSON.parse(listed.stdout) as [{ folder: string }]
    expect(existsSync(join(folder, 'git-remote-https'))).toBe(true)
  })

  it.each([
    [['check', 'tools'], 'Say in which image: --image IMAGE.'],
    [['assign', 'nothing'], 'There is no toolchain nothing.'],
    [['add', 'tools'], 'Say which version: tools@VERSION.'],
    [['add', 'tools@1', '--folder', '/nowhere'], 'There is no folder /nowhere.'],
    [['add', 'tools@1', '--folder', '/tmp', '--mount', '/usr'], 'would hide what the image keeps'],
  ])('says what is missing: %j', async (args, message) => {
    const { code, stderr } = await toolchain(...args)
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})
