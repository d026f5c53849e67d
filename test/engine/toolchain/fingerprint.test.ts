import { chmod, mkdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openFingerprintStore } from '../../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { takeFingerprint } from '../../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { tempDir } from '../../support/temp-dir.ts'

async function makeTree(root: string) {
  await mkdir(join(root, 'bin'), { recursive: true })
  await mkdir(join(root, 'lib/empty'), { recursive: true })
  await writeFile(join(root, 'bin/gcc'), 'program', { mode: 0o755 })
  await writeFile(join(root, 'lib/libc.a'), 'x'.repeat(3_000_000))
  await symlink('gcc', join(root, 'bin/cc'))
}

describe('a fingerprint', () => {
  it('is of content: two copies made at different times have the same', async () => {
    await using dir = await tempDir()
    await makeTree(join(dir.path, 'a'))
    await makeTree(join(dir.path, 'b'))
    await utimes(join(dir.path, 'b/bin/gcc'), 1, 1)
    const [a, b] = [await takeFingerprint(join(dir.path, 'a')), await takeFingerprint(join(dir.path, 'b'))]
    expect({ same: a.root === b.root, files: a.files, bytes: a.bytes }).toEqual({
      same: true,
      files: 2,
      bytes: 3_000_007,
    })
  })

  it.each<[string, (root: string) => Promise<unknown>]>([
    ['a byte', (root) => writeFile(join(root, 'bin/gcc'), 'progran')],
    ['a name', (root) => rename(join(root, 'bin/gcc'), join(root, 'bin/gcc-12'))],
    ['an execute permission', (root) => chmod(join(root, 'bin/gcc'), 0o644)],
    ['an empty folder', (root) => rm(join(root, 'lib/empty'), { recursive: true })],
    [
      "a link's target",
      async (root) => (await rm(join(root, 'bin/cc')), symlink('gcc-12', join(root, 'bin/cc'))),
    ],
  ])('changes with %s', async (_, change) => {
    await using dir = await tempDir()
    await makeTree(dir.path)
    const before = await takeFingerprint(dir.path)
    await change(dir.path)
    const after = await takeFingerprint(dir.path, { known: before })
    expect(after.root).not.toBe(before.root)
    expect(after).toEqual(await takeFingerprint(dir.path))
  })

  it('tells its progress in bytes', async () => {
    await using dir = await tempDir()
    await makeTree(dir.path)
    const seen: number[] = []
    const known = await takeFingerprint(dir.path, {
      onProgress: ({ done, total }) => seen.push(done / total),
    })
    expect(seen.at(-1)).toBe(1)
    const again: unknown[] = []
    await takeFingerprint(dir.path, { known, onProgress: (progress) => again.push(progress) })
    expect(again).toEqual([])
  })
})

describe('the record of fingerprints', () => {
  const reference = { name: 'gcc', version: '12' }

  it('notices drift, names the files, and takes them for right when told so', async () => {
    await using dir = await tempDir()
    const folder = join(dir.path, 'tree')
    await makeTree(folder)
    const store = openFingerprintStore(join(dir.path, 'records'))
    const first = await store.look({ ...reference, folder })
    const second = await store.look({ ...reference, folder })
    await writeFile(join(folder, 'lib/new.a'), '')
    // Same size and same time of modification: only the time of change gives it away.
    const { atimeMs, mtimeMs } = await stat(join(folder, 'bin/gcc'))
    await writeFile(join(folder, 'bin/gcc'), 'PROGRAM')
    await utimes(join(folder, 'bin/gcc'), atimeMs / 1000, mtimeMs / 1000)
    const third = await store.look({ ...reference, folder })
    const fourth = await store.look({ ...reference, folder })
    await store.accept(reference, third.fingerprint)
    const fifth = await store.look({ ...reference, folder })
    expect([first.kind, second.kind, third.kind, fourth.kind, fifth.kind]).toEqual([
      'recorded',
      'unchanged',
      'drifted',
      'drifted',
      'unchanged',
    ])
    expect(third.kind === 'drifted' && third.changes).toEqual([
      { path: 'bin/gcc', change: 'changed' },
      { path: 'lib/new.a', change: 'added' },
    ])
  })

  it('says that the folder is gone', async () => {
    await using dir = await tempDir()
    const store = openFingerprintStore(dir.path)
    await expect(store.look({ ...reference, folder: join(dir.path, 'gone') })).rejects.toThrow('ENOENT')
  })
})
