import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'

import { assert, asyncProperty, nat } from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { extractArchive } from '../../../main/engine/artifacts/extract-archive.ts'
import { openArchive } from '../../../main/engine/artifacts/open-archive.ts'
import { makeZip, type MadeEntry } from '../../support/archives.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { tempDir } from '../../support/temp-dir.ts'

let place: Awaited<ReturnType<typeof tempDir>>
let project: string
beforeEach(async () => {
  place = await tempDir()
  project = join(place.path, 'project')
  await mkdir(project)
  await mkdir(join(place.path, 'outside'))
  await writeFile(join(place.path, 'outside/victim'), 'untouched')
})
afterEach(() => place[Symbol.asyncDispose]())

async function extract(bytes: Buffer): Promise<string> {
  const path = join(place.path, 'archive')
  await writeFile(path, bytes)
  try {
    await using archive = await openArchive(path, project)
    await extractArchive(archive, hostEnvironment(), project, new AbortController().signal)
    return 'extracted'
  } catch (error) {
    return (error as Error).message.replaceAll(place.path, '')
  }
}

const everything = () =>
  execFileSync('find', ['.', '-not', '-name', 'archive'], { cwd: place.path })
    .toString()
    .split('\n')
    .filter(Boolean)
    .sort()

const untouched = ['.', './outside', './outside/victim', './project']

describe('a hostile archive', () => {
  it.each<{ readonly what: string; readonly entries: readonly MadeEntry[]; readonly says: string }>([
    {
      what: 'an absolute path',
      entries: [{ name: '/outside/new' }],
      says: '/outside/new cannot be extracted outside of chroot (/project)',
    },
    {
      what: 'a path that climbs out',
      entries: [{ name: 'a/../../outside/new' }],
      says: 'a/../../outside/new cannot be extracted outside of chroot (/project)',
    },
    {
      what: 'a path that climbs out twice',
      entries: [{ name: 'a/../../../outside/new' }],
      says: 'a/../../../outside/new cannot be extracted outside of chroot (/project)',
    },
    {
      what: 'a file below a link of its own',
      entries: [
        { name: 'out', content: '../outside', mode: 0o120_777 },
        { name: 'out/new', content: 'x' },
      ],
      says: 'out: is both a link and a folder in the archive',
    },
    {
      what: 'a device node',
      entries: [{ name: 'sda', mode: 0o060_666 }],
      says: 'sda: is a device node, pipe or socket and is not extracted',
    },
    {
      what: 'a pipe',
      entries: [{ name: 'fifo', mode: 0o010_666 }],
      says: 'fifo: is a device node, pipe or socket and is not extracted',
    },
    {
      what: 'entries that share bytes',
      entries: [
        { name: 'a', content: Buffer.alloc(1_000_000), deflated: true },
        { name: 'b', content: Buffer.alloc(1_000_000), deflated: true, offset: 0 },
      ],
      says: 'a: shares its bytes with another entry of the archive',
    },
    {
      what: 'a claim of petabytes',
      entries: [{ name: 'zeros', content: 'x', size: 0xffff_fff0 }],
      says: 'the archive would grow from 109 to more than 4294967280 bytes and is taken for a bomb',
    },
  ])('with $what is refused before anything is written', async ({ entries, says }) => {
    expect({ says: await extract(makeZip(entries)), left: everything() }).toEqual({ says, left: untouched })
  })

  it.each([
    {
      what: 'more bytes than announced',
      entry: { content: Buffer.alloc(9000), deflated: true, size: 10 },
      says: 'f: cannot be decompressed',
    },
    {
      what: 'fewer bytes than announced',
      entry: { content: 'abc', deflated: true, size: 10 },
      says: 'f: is not as long as the archive says',
    },
    { what: 'another checksum', entry: { content: 'abc', crc: 1 }, says: 'f: its checksum does not match' },
  ])('with $what is refused', async ({ entry, says }) => {
    expect(await extract(makeZip([{ name: 'f', ...entry }]))).toBe(says)
  })

  it('with more bytes than announced is refused when it is too large for memory', async () => {
    const content = Buffer.alloc(20 * 1024 * 1024)
    expect(await extract(makeZip([{ name: 'f', content, deflated: true, size: 8 * 1024 * 1024 }]))).toBe(
      'f: is not as long as the archive says',
    )
  })

  it('of tar and zstd is refused for what a zip is refused for', async () => {
    await writeFile(join(place.path, 'f'), 'x')
    const tar = (...args: string[]) =>
      zstdCompressSync(execFileSync('tar', ['-c', '-P', '-f', '-', ...args], { cwd: place.path }))
    execFileSync('ln', ['f', 'g'], { cwd: place.path })
    expect([
      await extract(tar('--transform', 's|^|../|', 'f')),
      await extract(tar('--transform', 's|^|/|', 'f')),
      await extract(tar('f', 'g')),
      await extract(tar('/dev/null')),
    ]).toEqual([
      '../f cannot be extracted outside of chroot (/project)',
      '/f cannot be extracted outside of chroot (/project)',
      'g: is a hard link and is not extracted',
      '/dev/null cannot be extracted outside of chroot (/project)',
    ])
    expect(await readdir(project)).toEqual([])
  })

  it('of tar and zstd is refused when it grows without measure', async () => {
    const bomb = execFileSync('sh', ['-c', 'head -c 1200000000 /dev/zero | zstd -q'], {
      maxBuffer: 100_000_000,
    })
    expect(await extract(bomb)).toMatch(
      /^the archive would grow from \d+ to more than \d+ bytes and is taken for a bomb$/,
    )
    expect(await readdir(project)).toEqual([])
  })

  it.each(['', 'PK', 'not an archive at all', '\u001F\u008B gzip'])(
    'of rubbish (%j) is refused',
    async (text) => {
      expect(await extract(Buffer.from(text, 'latin1'))).toMatch(/^zip: not a valid zip file$|^gzip archives/)
    },
  )

  it('of any damage is refused or extracted, but never breaks out or hangs', async () => {
    const good = makeZip([
      { name: 'd/a', content: 'hello', deflated: true },
      { name: 'd/l', content: 'a', mode: 0o120_777 },
      { name: 'e/', mode: 0o040_755 },
    ])
    await assert(
      asyncProperty(nat(good.length - 1), nat(255), async (at, byte) => {
        const bytes = Buffer.from(good)
        bytes[at] = byte
        await extract(bytes)
        expect(everything().filter((path) => !path.startsWith('./project'))).toEqual(untouched.slice(0, 3))
      }),
      { numRuns: 40 },
    )
  })
})

describe('links the job left', () => {
  const archive = makeZip([{ name: 'dir/victim', content: 'overwritten' }])

  it('are not written through when they lead out of the project', async () => {
    await symlink('../outside', join(project, 'dir'))
    expect({
      says: await extract(archive),
      victim: await readFile(join(place.path, 'outside/victim'), 'utf8'),
    }).toEqual({
      says: 'dir: is a link out of /project and nothing is extracted through it',
      victim: 'untouched',
    })
  })

  it('are replaced when they stand where a file goes', async () => {
    await mkdir(join(project, 'dir'))
    await symlink('../../outside/victim', join(project, 'dir/victim'))
    expect({
      says: await extract(archive),
      victim: await readFile(join(place.path, 'outside/victim'), 'utf8'),
      file: await readFile(join(project, 'dir/victim'), 'utf8'),
    }).toEqual({ says: 'extracted', victim: 'untouched', file: 'overwritten' })
  })

  it('are written through when they stay in the project', async () => {
    await mkdir(join(project, 'real'))
    await symlink('real', join(project, 'dir'))
    expect({
      says: await extract(archive),
      file: await readFile(join(project, 'real/victim'), 'utf8'),
    }).toEqual({
      says: 'extracted',
      file: 'overwritten',
    })
  })
})
