import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, link, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'

import { takeFingerprint } from '../../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { importArchive } from '../../../main/engine/toolchain/import/import-toolchain.ts'
import { tempDir } from '../../support/temp-dir.ts'

const isInstalled = (program: string) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`])
    return true
  } catch {
    return false
  }
}

async function makeTree(root: string) {
  await mkdir(join(root, 'bin'), { recursive: true })
  await mkdir(join(root, 'lib/gcc'), { recursive: true })
  await writeFile(join(root, 'bin/gcc'), '#!/bin/sh\necho 12\n', { mode: 0o755 })
  await writeFile(join(root, 'lib/libc.a'), 'x'.repeat(2_000_000))
  await writeFile(join(root, 'lib/gcc/naïve name'), '')
  await symlink('gcc', join(root, 'bin/cc'))
  await link(join(root, 'bin/gcc'), join(root, 'bin/gcc-12'))
  await chmod(join(root, 'lib/gcc'), 0o555)
}

const formats = [
  ['tar', 'tar', ['-cf']],
  ['tar.gz', 'gzip', ['-czf']],
  ['tar.xz', 'xz', ['-cJf']],
  ['tar.zst', 'zstd', ['--zstd', '-cf']],
] as const

describe('an archive', () => {
  for (const [extension, program, flags] of formats) {
    it.skipIf(!isInstalled(program))(
      `becomes a folder of the same content: ${extension}${isInstalled(program) ? '' : ` (skipped: ${program} is not installed)`}`,
      async () => {
        await using dir = await tempDir()
        await makeTree(join(dir.path, 'gcc-12'))
        const archive = join(dir.path, `a.${extension}`)
        execFileSync('tar', [...flags, archive, '-C', dir.path, 'gcc-12'])
        const seen: number[] = []
        const { files, bytes, folder } = await importArchive(archive, join(dir.path, 'there'), {
          onProgress: (done) => seen.push(done),
        })
        const [before, after] = [
          await takeFingerprint(join(dir.path, 'gcc-12')),
          await takeFingerprint(folder),
        ]
        expect({ root: after.root, files, bytes, progress: seen.at(-1) }).toEqual({
          root: before.root,
          files: 3,
          bytes: 2_000_018,
          progress: 2_000_018,
        })
        await chmod(join(dir.path, 'gcc-12/lib/gcc'), 0o755)
      },
    )
  }

  it.skipIf(!isInstalled('zip'))(
    `is unpacked from zip, too${isInstalled('zip') ? '' : ' (skipped: zip is not installed)'}`,
    async () => {
      await using dir = await tempDir()
      await makeTree(join(dir.path, 'tree'))
      execFileSync('zip', ['-qry', join(dir.path, 'a.zip'), '.'], { cwd: join(dir.path, 'tree') })
      const { folder } = await importArchive(join(dir.path, 'a.zip'), join(dir.path, 'there'))
      expect((await takeFingerprint(folder)).root).toBe((await takeFingerprint(join(dir.path, 'tree'))).root)
      await chmod(join(dir.path, 'tree/lib/gcc'), 0o755)
    },
  )

  it('goes on where an interrupted import ended, and is not seen before it is whole', async () => {
    await using dir = await tempDir()
    await makeTree(join(dir.path, 'tree'))
    const archive = join(dir.path, 'a.tar')
    execFileSync('tar', ['-cf', archive, '--sort=name', '-C', dir.path, 'tree'])
    const stop = new AbortController()
    const interrupted = importArchive(archive, join(dir.path, 'there'), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('interrupted')),
    })
    await expect(interrupted).rejects.toThrow('interrupted')
    expect(await readdir(dir.path)).toEqual(['a.tar', 'there.importing', 'tree'])
    const { files, kept } = await importArchive(archive, join(dir.path, 'there'))
    expect({ files, kept, left: await readdir(dir.path) }).toEqual({
      files: 3,
      kept: 1,
      left: ['a.tar', 'there', 'tree'],
    })
    await chmod(join(dir.path, 'tree/lib/gcc'), 0o755)
  })

  it('is refused when its checksum is not the one that was promised', async () => {
    await using dir = await tempDir()
    await writeFile(join(dir.path, 'file'), 'one')
    const archive = join(dir.path, 'a.tar')
    execFileSync('tar', ['-cf', archive, '-C', dir.path, 'file'])
    const sha256 = createHash('sha256')
      .update(await readFile(archive))
      .digest('hex')
    await importArchive(archive, join(dir.path, 'good'), { sha256 })
    await expect(importArchive(archive, join(dir.path, 'bad'), { sha256: '0'.repeat(64) })).rejects.toThrow(
      `is ${sha256}, not 0000`,
    )
    expect((await readdir(dir.path)).sort()).toEqual(['a.tar', 'file', 'good'])
  })

  it('is refused where the destination exists, and where it is no archive', async () => {
    await using dir = await tempDir()
    await writeFile(join(dir.path, 'text'), 'hello')
    await expect(importArchive(join(dir.path, 'text'), join(dir.path, 'x'))).rejects.toThrow(
      'is no archive that can be read',
    )
    await expect(importArchive(join(dir.path, 'text'), dir.path)).rejects.toThrow('exists already')
  })

  it.each([
    ['a path outside', { name: '../evil', type: 'file' }, 'would leave its folder'],
    ['an absolute path', { name: '/etc/evil', type: 'file' }, 'would leave its folder'],
    ['a file behind a link', { name: 'out/evil', type: 'file' }, 'behind a link'],
    [
      'a hard link outside',
      { name: 'evil', type: 'link', linkname: '../../etc/passwd' },
      'would leave its folder',
    ],
    ['a device', { name: 'evil', type: 'character-device' }, 'holds a device'],
  ] as const)('is refused with %s', async (_, entry, message) => {
    await using dir = await tempDir()
    const tar = pack()
    tar.entry({ name: 'out', type: 'symlink', linkname: dir.path })
    if (entry.type === 'file') tar.entry(entry, 'evil')
    else tar.entry({ ...entry, size: 0 })
    tar.finalize()
    await writeFile(
      join(dir.path, 'a.tar'),
      Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>)),
    )
    await expect(importArchive(join(dir.path, 'a.tar'), join(dir.path, 'x'))).rejects.toThrow(message)
    expect(await readdir(dir.path)).not.toContain('evil')
  })
})
