import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, link, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { CompressionLevel } from '../../../main/engine/artifacts/archive-settings.ts'
import { writeArchive, type ArchiveFormat } from '../../../main/engine/artifacts/archive.ts'
import { extractArchive } from '../../../main/engine/artifacts/extract-archive.ts'
import { listFiles } from '../../../main/engine/artifacts/list-files.ts'
import { openArchive } from '../../../main/engine/artifacts/open-archive.ts'
import { readFiles } from '../../../main/engine/artifacts/read-files.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
let place: Awaited<ReturnType<typeof tempDir>>
let source: string

/** busybox's programs under their own names, before the system's. */
let busyboxPath: string

beforeAll(async () => {
  place = await tempDir()
  source = join(place.path, 'source')
  await mkdir(join(source, 'deep', 'x'.repeat(90), 'y'.repeat(90)), { recursive: true })
  await mkdir(join(source, 'empty'))
  const text = 'Drydock mounts toolchains read-only. '.repeat(40_000)
  const files: Readonly<Record<string, string | Buffer>> = {
    'text.txt': text,
    'large.txt': text.repeat(3),
    'noise.bin': randomBytes(3_000_000),
    'small noise': randomBytes(500),
    'empty file': '',
    'one block': Buffer.alloc(1024 * 1024, 'ab'),
    '-leading-hyphen': 'x',
    'ünïcödé 😀': 'y',
    'quote"back\\slash\nnewline': 'z',
    [`deep/${'x'.repeat(90)}/${'y'.repeat(90)}/long`]: 'long name',
    '.hidden': 'h',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(source, name), content)
  await writeFile(join(source, 'script.sh'), '#!/bin/sh\n', { mode: 0o755 })
  await writeFile(join(source, 'secret'), 's', { mode: 0o600 })
  await link(join(source, 'text.txt'), join(source, 'second name'))
  await link(join(source, 'text.txt'), join(source, 'third name'))
  await symlink('text.txt', join(source, 'link'))
  await symlink(`/nowhere/${'z'.repeat(150)}`, join(source, 'dangling'))
  await chmod(join(source, 'empty'), 0o700)
  execFileSync('mkfifo', ['fifo'], { cwd: source })
  for (const name of await readdir(source)) {
    if (!['link', 'dangling'].includes(name)) await utimes(join(source, name), 1_500_000_000, 1_500_000_001)
  }
  busyboxPath = join(place.path, 'bin')
  await mkdir(busyboxPath)
  for (const program of ['sh', 'find', 'tar', 'xargs'])
    await symlink('/usr/bin/busybox', join(busyboxPath, program))
})
afterAll(() => place[Symbol.asyncDispose]())

async function pack(
  name: string,
  format: ArchiveFormat,
  level: CompressionLevel = 'default',
  environment = hostEnvironment(),
) {
  const { files } = await listFiles(environment, source, [{ kind: 'folder', path: '.' }], signal)
  const from = { environment, projectDir: source, paths: [...files.keys()], signal }
  const settings = { level, concurrency: 2, bufferSize: 2 * 1024 * 1024 }
  const path = join(place.path, name)
  await pipeline(
    writeArchive((takeBlock) => readFiles({ ...from, takeBlock }), format, settings),
    createWriteStream(path),
  )
  return path
}

/** Bytes, modes, times in seconds and links of everything, except pipes and the times of links. */
function facts(dir: string): string {
  const script = String.raw`
    find . ! -type p ! -type l -printf "%P %y %m %T@\n" | sed "s/\.[0-9]*$//" | sort
    find . -type l -printf "%P -> %l\n" | sort
    find . -type f -exec md5sum {} + | sort`
  return execFileSync('sh', ['-c', script], { cwd: dir })
    .toString()
    .replace(/^ d .*\n/m, '')
}

async function targetDir(): Promise<string> {
  const dir = join(place.path, `target-${randomBytes(6).toString('hex')}`)
  await mkdir(dir)
  return dir
}

describe('an archive', () => {
  const listed = ['fastest', 'fast', 'default', 'slow', 'slowest'] as const

  it.each(listed)(
    'of level %s is opened by unzip with bytes, modes, times and links as they were',
    async (level) => {
      const path = await pack(`${level}.zip`, 'zip', level)
      const dir = await targetDir()
      // Without -^ it leaves line feeds out of names.
      execFileSync('unzip', ['-q', '-X', '-^', path, '-d', dir])
      expect(facts(dir)).toBe(facts(source))
    },
  )

  it('of tar and zstd is opened by tar and zstd', async () => {
    const path = await pack('a.tar.zst', 'tarzstd')
    const dir = await targetDir()
    execFileSync('sh', ['-c', 'zstd -q -d -c "$1" | tar -x -p -f -', 'sh', path], { cwd: dir })
    expect(facts(dir)).toBe(facts(source))
  })

  it.each(['zip', 'zipzstd', 'tarzstd'] as const)('of format %s comes back as it was', async (format) => {
    const path = await pack(`back.${format}`, format)
    const dir = await targetDir()
    await using archive = await openArchive(path, dir)
    await extractArchive(archive, hostEnvironment(), dir, signal)
    expect(facts(dir)).toBe(facts(source))
  })

  it('made and extracted with busybox is the same', async () => {
    const busybox = hostEnvironment(busyboxPath)
    const path = await pack('busybox.zip', 'zip', 'default', busybox)
    const dir = await targetDir()
    await using archive = await openArchive(path, dir)
    await extractArchive(archive, busybox, dir, signal)
    expect(facts(dir)).toBe(facts(source))
  })

  it.each([
    { what: 'zip of Info-ZIP', command: 'zip -q -r --symlinks ../theirs .', name: 'theirs.zip' },
    {
      what: 'tar in several zstd frames',
      command:
        'tar -c --hard-dereference --exclude=fifo . > ../t.tar; split -b 1000000 ../t.tar ../part-; for p in ../part-*; do zstd -q -c "$p"; done > ../theirs.tar.zst',
      name: 'theirs.tar.zst',
    },
    {
      what: 'pax tar with zstd',
      command: 'tar -c --format=pax --hard-dereference --exclude=fifo . | zstd -q > ../pax.tar.zst',
      name: 'pax.tar.zst',
    },
  ])('made by another program ($what) is extracted', async ({ command, name }) => {
    execFileSync('sh', ['-c', `${command} || true`], { cwd: source, stdio: 'ignore' })
    const dir = await targetDir()
    await using archive = await openArchive(join(place.path, name), dir)
    await extractArchive(archive, hostEnvironment(), dir, signal)
    expect(facts(dir)).toBe(facts(source))
  })

  it('says which file could not be read', async () => {
    const entries = readFiles({
      environment: hostEnvironment(),
      projectDir: source,
      paths: ['secret', 'gone'],
      signal,
    })
    await expect(Array.fromAsync(entries)).rejects.toThrow(/^tar: .*gone.*No such file|Exiting with failure/)
  })
})
