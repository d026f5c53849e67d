import { chmod, copyFile, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { hostImage } from '../../main/cli/demo/host-image.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { runToEnd } from '../../main/engine/docker/try-container.ts'
import { checkImage, type Judged } from '../../main/engine/toolchain/doctor/check-image.ts'
import { engineCpu } from '../../main/engine/toolchain/doctor/engine-cpu.ts'
import { openImage } from '../../main/engine/toolchain/doctor/image-files.ts'
import { environmentIn, isSeenByEngine, mountOf, prove } from '../../main/engine/toolchain/doctor/prove.ts'
import type { Verdict } from '../../main/engine/toolchain/doctor/verdict.ts'
import { toolchainSchema, type Toolchain } from '../../main/engine/toolchain/toolchain.ts'
import { images, testEngine } from './kit.ts'
import {
  arm64Image,
  bareMetalToolchain,
  busybox,
  crossToolchain,
  homedImage,
  importOnce,
  loadOnce,
  muslImage,
  oldGlibcImage,
  oldLibc,
} from './toolchain-images.ts'

const labels = { 'com.drydock.purpose': 'preflight', 'com.drydock.system-id': 's_doctor' }
const own = {
  musl: 'drydock-test/toolchain-musl:1',
  oldGlibc: 'drydock-test/toolchain-glibc231:1',
  nonRoot: 'drydock-test/toolchain-dev:1',
  homed: 'drydock-test/toolchain-homed:1',
  arm64: 'drydock-test/toolchain-arm64:2',
} as const

let engine: DockerEngine
let cross: Toolchain
let bareMetal: Toolchain
let oddities: Toolchain
let folder: string
/** A shell that runs on this machine's CPU in every image. */
let probe: string

beforeAll(async () => {
  engine = await testEngine()
  const host = inject('dockerHost')
  await importOnce(host, own.musl, muslImage)
  await importOnce(host, own.oldGlibc, oldGlibcImage)
  await importOnce(host, own.nonRoot, () => hostImage('plain'), { changes: ['USER dev'] })
  await importOnce(host, own.homed, homedImage, { changes: ['USER dev'] })
  await loadOnce(host, own.arm64, 'arm64', arm64Image)
  probe = await mkdtemp(join(tmpdir(), 'drydock-probe-'))
  await chmod(probe, 0o755)
  await copyFile(await busybox(), join(probe, 'busybox'))
  const unpacked = await crossToolchain()
  cross = toolchainSchema.parse({
    name: 'debian-cross',
    version: '12',
    folder: unpacked.folder,
    mountPoint: '/opt/cross',
    path: unpacked.binDirs,
    libraryPath: unpacked.libDirs,
  })
  bareMetal = toolchainSchema.parse({
    name: 'gcc-arm-none-eabi',
    version: '12',
    folder: await bareMetalToolchain(),
    mountPoint: '/opt/arm',
    path: ['usr/bin'],
  })
  folder = await mkdtemp(join(tmpdir(), 'drydock-oddities-'))
  await chmod(folder, 0o755)
  oddities = await makeOddities(unpacked.folder)
})

afterAll(async () => {
  for (const place of [folder, probe]) await rm(place, { recursive: true, force: true })
  engine.close()
})

interface Build {
  readonly before?: readonly string[]
  readonly behind?: readonly string[]
  readonly by?: string
}

/** A toolchain in which nearly everything is wrong in its own way. */
async function makeOddities(crossFolder: string): Promise<Toolchain> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await mkdir(join(folder, 'private'), { mode: 0o700 })
  const script = (name: string, first: string, mode = 0o755) =>
    writeFile(join(bin, name), `${first}\necho ran\n`, { mode })
  await script('plain', '#!/bin/sh')
  await script('spaced', '#! /bin/sh -e')
  await script('no-interpreter', '#!/opt/nowhere/perl6')
  await script('no-env-program', '#!/usr/bin/env nowhere-to-be-found')
  await script('not-executable', '#!/bin/sh', 0o644)
  await script('execute-only', '#!/bin/sh', 0o711)
  await symlink('plain', join(bin, 'linked'))
  await symlink('../gone', join(bin, 'broken'))
  // Named like a program of busybox, which goes by the name it is called.
  await symlink('/bin/sh', join(bin, 'cat'))
  await symlink(join(folder, 'bin/plain'), join(bin, 'host-path'))
  await copyFile('/bin/true', join(folder, 'private/inner'))
  await symlink('../private/inner', join(bin, 'closed'))
  const compile = (name: string, source: string, { before = [], behind = [], by = 'gcc' }: Build = {}) =>
    execFileSync(by, [...before, '-o', join(folder, name), '-x', 'c', '-', '-x', 'none', ...behind], {
      input: source,
      env: { ...process.env, LD_LIBRARY_PATH: by === 'gcc' ? '' : join(crossFolder, 'host/lib') },
    })
  const main = 'int main(){return 0;}'
  const bare = 'void _start(void){for(;;);}'
  compile('bin/dynamic', main)
  compile('bin/static', main, { before: ['-static'] })
  compile('bin/static-pie', main, { before: ['-static-pie'] })
  await mkdir(join(folder, 'lib'))
  compile('lib/libgone.so', 'int gone(){return 0;}', {
    before: ['-shared', '-fPIC', '-Wl,-soname,libgone.so'],
  })
  const usesGone = 'int gone();int main(){return gone();}'
  const withGone = [`-L${join(folder, 'lib')}`, '-lgone']
  compile('bin/library-missing', usesGone, { behind: withGone })
  const rpath = String.raw`-Wl,-rpath,$ORIGIN/../lib`
  compile('bin/library-by-runpath', usesGone, { behind: [...withGone, rpath, '-Wl,--enable-new-dtags'] })
  compile('bin/library-by-rpath', usesGone, { behind: [...withGone, rpath, '-Wl,--disable-new-dtags'] })
  // The loader asks for what a library needs along the program's RPATH, but not along its RUNPATH.
  compile('lib/libouter.so', 'int gone();int outer(){return gone();}', {
    before: ['-shared', '-fPIC', '-Wl,-soname,libouter.so'],
    behind: withGone,
  })
  const usesOuter = 'int outer();int main(){return outer();}'
  const withOuter = [`-L${join(folder, 'lib')}`, `-Wl,-rpath-link,${join(folder, 'lib')}`, '-louter', rpath]
  compile('bin/inner-library-by-runpath', usesOuter, { behind: [...withOuter, '-Wl,--enable-new-dtags'] })
  compile('bin/inner-library-by-rpath', usesOuter, { behind: [...withOuter, '-Wl,--disable-new-dtags'] })
  compile('lib/libsecret.so', 'int secret(){return 0;}', {
    before: ['-shared', '-fPIC', '-Wl,-soname,libsecret.so'],
  })
  compile('bin/library-closed', 'int secret();int main(){return secret();}', {
    behind: [`-L${join(folder, 'lib')}`, '-lsecret', rpath],
  })
  await chmod(join(folder, 'lib/libsecret.so'), 0o700)
  compile('bin/other-libc-name', main, { behind: ['-Wl,--dynamic-linker=/lib/ld-nowhere.so.9'] })
  compile('bin/thirty-two-bits', bare, {
    before: ['-m32', '-nostdlib', '-fPIE', '-pie', '-Wl,--dynamic-linker=/lib/ld-linux.so.2'],
  })
  const aarch64 = join(crossFolder, 'usr/bin/aarch64-linux-gnu-gcc')
  compile('bin/foreign', main, { by: aarch64 })
  compile('bin/foreign-static', main, { by: aarch64, before: ['-static'] })
  return toolchainSchema.parse({
    name: 'oddities',
    version: '1',
    folder,
    mountPoint: '/opt/oddities',
    path: ['bin'],
  })
}

/** Runs every program in the image, and says what became of it in the doctor's words. */
async function really(imageName: string, toolchain: Toolchain, programs: readonly string[]) {
  const image = (await engine.inspectImage(imageName))!
  const loop = [
    'printed=',
    `for program in ${programs.map((program) => `'${program}'`).join(' ')}; do`,
    // Started as the kernel does it: a shell would read itself what the kernel refuses.
    '  printed=$(/probe/busybox env "$program" --version 2>&1 </dev/null); code=$?',
    `  printf '%s\\001%s\\001%s\\002' "$program" "$code" "$printed"`,
    'done',
  ].join('\n')
  const { printed } = await runToEnd(
    engine,
    {
      Image: image.id,
      Entrypoint: ['/probe/busybox', 'sh', '-c', loop],
      Cmd: [],
      // The shell and its helpers must not meet the toolchain's libraries.
      Env: environmentIn(image, toolchain),
      Labels: labels,
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [mountOf(toolchain), { Type: 'bind', Source: probe, Target: '/probe', ReadOnly: true }],
      },
    },
    AbortSignal.timeout(90_000),
  )
  return new Map(
    printed
      .split('\u0002')
      .filter(Boolean)
      .map((record) => {
        const [program = '', code = '', text = ''] = record.split('\u0001')
        return [
          program.trim(),
          { became: became(program.trim(), Number(code), text), text: `${code} ${text.slice(0, 200)}` },
        ] as const
      }),
  )
}

/** A driver runs even where what it runs in turn does not: the loader names the program it gave up on. */
function became(program: string, code: number, text: string): string {
  const complaint = text.split('\n').find((line) => line.startsWith(`${program}: `)) ?? ''
  const library = /: error while loading shared libraries: (\S+): cannot open/.exec(complaint)?.[1]
  if (library !== undefined) return `missing ${library}`
  if (/version [`']\S+' not found/.test(complaint)) return 'too old'
  if (/error while loading shared libraries/.test(text)) return 'runs'
  if (/exec format error|syntax error|\u007fELF/i.test(text)) return 'wrong cpu'
  // A shell that may not read its script says so itself.
  if (text.includes(`open ${program}: Permission denied`)) return 'refused'
  if (code === 127) return 'not found'
  if (code === 126) return 'refused'
  return 'runs'
}

function inShort(verdict: Verdict): string {
  if (verdict.kind === 'broken-interpreter') return inShort(verdict.why)
  // The engine's CPU would run it; what the kernel misses in an image for another CPU is the loader.
  if (verdict.kind === 'wrong-cpu' && /^(?:amd64|386)$/.test(verdict.needs)) return 'not found'
  if (verdict.kind === 'missing-library') return `missing ${verdict.library}`
  const words: Partial<Record<Verdict['kind'], string>> = {
    runs: 'runs',
    'too-old': 'too old',
    'wrong-cpu': 'wrong cpu',
    'not-executable': 'refused',
    unreadable: 'refused',
  }
  return words[verdict.kind] ?? 'not found'
}

async function judged(imageName: string, toolchain: Toolchain): Promise<readonly Judged[]> {
  const image = (await engine.inspectImage(imageName))!
  await using files = openImage(engine, image, labels)
  return (await checkImage(toolchain, image, files, { imageName, cpu: engineCpu(engine, image.id, labels) }))
    .programs
}

describe('the verdict of the doctor', () => {
  let pairs = 0

  it('is what really happens, for every program in every image', async () => {
    const differing: string[] = []
    const seen = new Map<string, number>()
    for (const imageName of [images.debian, images.busybox, own.musl, own.oldGlibc, own.nonRoot, own.arm64]) {
      for (const toolchain of [cross, bareMetal, oddities]) {
        const programs = await judged(imageName, toolchain)
        const reality = await really(
          imageName,
          toolchain,
          programs.map(({ program }) => program),
        )
        for (const { program, verdict } of programs) {
          // A script may run what does not run; the verdict is about the script's interpreter.
          if (program === '/opt/cross/host/bin/file') continue
          pairs += 1
          const real = reality.get(program)
          const said = inShort(verdict)
          seen.set(said, (seen.get(said) ?? 0) + 1)
          if (real?.became !== said)
            differing.push(`${imageName} ${program}: said ${JSON.stringify(verdict)}, really ${real?.text}`)
        }
      }
    }
    console.log(`${pairs} pairs of program and image: ${JSON.stringify(Object.fromEntries(seen))}`)
    expect(differing).toEqual([])
    expect(pairs).toBeGreaterThanOrEqual(200)
    // Every kind of trouble was among them.
    const kinds = new Set([...seen.keys()].map((said) => said.replace(/^missing .*/, 'missing')))
    expect([...kinds].sort()).toEqual(['missing', 'not found', 'refused', 'runs', 'too old', 'wrong cpu'])
  })

  it('is one finding per class, with count, example, cause and remedy', async () => {
    const image = (await engine.inspectImage(own.oldGlibc))!
    await using files = openImage(engine, image, labels)
    const { findings } = await checkImage(cross, image, files, {
      imageName: 'debian:11',
      cpu: engineCpu(engine, image.id, labels),
    })
    expect(findings).toEqual([
      {
        kind: 'too-old',
        count: expect.any(Number) as number,
        example: expect.stringContaining('/opt/cross/') as string,
        programs: expect.arrayContaining([expect.stringContaining('/opt/cross/')]) as string[],
        facts: expect.objectContaining({ image: 'debian:11', library: 'libc.so.6' }) as object,
        cause: expect.stringMatching(
          /^needs GLIBC_2\.\d+, but libc\.so\.6 in debian:11 has GLIBC_2\.30 \(needed by /,
        ) as string,
        remedy: expect.stringMatching(
          /^Use an image with glibc 2\.3\d or newer, such as debian:1\d\.$/,
        ) as string,
        blocking: false,
      },
    ])
  })

  it("names the closed folder a user without root cannot pass: /root is the owner's", async () => {
    const programs = await judged(own.nonRoot, { ...cross, mountPoint: '/root/cross' })
    const kinds = new Set(programs.map(({ verdict }) => JSON.stringify(verdict)))
    expect([...kinds]).toEqual([JSON.stringify({ kind: 'unreadable', user: 'dev', at: '/root' })])
  })

  it('knows whose the folders on the way are: a home is open to the one whose it is', async () => {
    const at = '/home/dev/cross'
    const programs = await judged(own.homed, { ...bareMetal, mountPoint: at })
    const reality = await really(own.homed, { ...bareMetal, mountPoint: at }, [programs[0]!.program])
    expect(programs.some(({ verdict }) => verdict.kind === 'unreadable')).toBe(false)
    expect(reality.get(programs[0]!.program)!.became).toBe(inShort(programs[0]!.verdict))
  })

  it('says of an image for another CPU whether the engine emulates it, which it tried', async () => {
    const image = (await engine.inspectImage(own.arm64))!
    const cpu = engineCpu(engine, image.id, labels)
    expect(cpu.architecture).toBe('amd64')
    expect([await cpu.emulates('amd64'), await cpu.emulates('386')]).toEqual([true, true])
    const emulates = await cpu.emulates('arm64')
    const programs = await judged(own.arm64, oddities)
    const of = (name: string) => programs.find(({ program }) => program.endsWith(`/${name}`))?.verdict
    const foreign = { kind: 'wrong-cpu', needs: 'arm64', has: 'arm64', engine: 'amd64' }
    expect([of('static'), of('dynamic'), of('foreign-static')]).toEqual([
      { kind: 'runs' },
      { kind: 'wrong-cpu', needs: 'amd64', has: 'arm64', engine: 'amd64' },
      emulates ? { kind: 'emulated', needs: 'arm64', engine: 'amd64' } : foreign,
    ])
    const files = openImage(engine, image, labels)
    const emulating = { architecture: 'amd64', emulates: async () => true }
    const there = await checkImage(oddities, image, files, { imageName: own.arm64, cpu: emulating })
    await files[Symbol.asyncDispose]()
    expect(there.programs.find(({ program }) => program.endsWith('/foreign-static'))?.verdict).toEqual({
      kind: 'emulated',
      needs: 'arm64',
      engine: 'amd64',
    })
    if (!emulates)
      expect(of('plain')).toEqual({ kind: 'broken-interpreter', interpreter: '/bin/sh', why: foreign })
  })
})

describe('a library path that breaks the image', () => {
  it('is noticed by the very programs that no longer run', async () => {
    await mkdir(join(folder, 'old-libc'))
    await copyFile(await oldLibc(), join(folder, 'old-libc/libc.so.6'))
    const toolchain = { ...oddities, libraryPath: ['old-libc'] }
    const image = (await engine.inspectImage(images.debian))!
    await using files = openImage(engine, image, labels)
    const { broken } = await checkImage(toolchain, image, files, {
      imageName: images.debian,
      cpu: engineCpu(engine, image.id, labels),
    })
    const programs = ['/bin/sh', '/bin/bash', '/usr/bin/env', '/bin/ls']
    const proofs = await prove(engine, image, toolchain, programs, labels)
    const withoutIt = await prove(engine, image, oddities, ['/bin/ls'], labels)
    expect(broken.map(({ program }) => program)).toEqual(programs)
    expect(proofs.map(({ exitCode }) => exitCode > 0)).toEqual([true, true, true, true])
    expect(withoutIt[0]!.exitCode).toBe(0)
  })
})

describe('the proof', () => {
  it('runs the compiler in the image with the toolchain mounted read-only, without a shell', async () => {
    const image = (await engine.inspectImage(images.debian))!
    const [proof] = await prove(engine, image, cross, [`/opt/cross/usr/bin/aarch64-linux-gnu-gcc`], labels)
    expect({ ...proof, printed: proof!.printed.slice(0, 22) }).toEqual({
      program: '/opt/cross/usr/bin/aarch64-linux-gnu-gcc',
      exitCode: 0,
      printed: 'aarch64-linux-gnu-gcc ',
    })
  })

  it('fails with the words of the engine in a musl image', async () => {
    const image = (await engine.inspectImage(own.musl))!
    const [proof] = await prove(engine, image, cross, ['/opt/cross/usr/bin/aarch64-linux-gnu-gcc'], labels)
    expect([proof!.exitCode > 0, proof!.printed]).toEqual([
      true,
      expect.stringContaining('no such file or directory'),
    ])
  })

  it('notices that the engine does not have the folder, and does not make one', async () => {
    const image = (await engine.inspectImage(images.debian))!
    const elsewhere = { ...cross, folder: join(folder, 'not-there') }
    expect([
      await isSeenByEngine(engine, image, cross, '/opt/cross/usr/bin', labels),
      await isSeenByEngine(engine, image, cross, '/opt/cross/usr/other', labels),
      await isSeenByEngine(engine, image, elsewhere, '/opt/cross/usr/bin', labels),
    ]).toEqual(['seen', 'different', 'missing'])
    await expect(stat(elsewhere.folder)).rejects.toThrow('ENOENT')
  })

  it('leaves nothing behind', async () => {
    expect(await engine.listContainers(['com.drydock.system-id=s_doctor'])).toEqual([])
  })
})
