import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openToolchainDesk } from '../../../main/engine/toolchain/desk/desk.ts'
import { startFirstFingerprints } from '../../../main/engine/toolchain/desk/first-fingerprints.ts'
import { watchFingerprints } from '../../../main/engine/toolchain/desk/watched-fingerprints.ts'
import { takeFingerprint } from '../../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { aToolchain } from './toolchains.ts'

/** The library of an engine, and the same one as another process has it open. */
async function aLibrary() {
  const dir = await tempDir()
  const folder = join(dir.path, 'tree')
  await mkdir(folder)
  await writeFile(join(folder, 'gcc'), 'one')
  const errors: unknown[] = []
  const desk = openToolchainDesk(dir.path)
  const fingerprints = watchFingerprints(desk.fingerprints, turnedClock())
  return {
    folder,
    errors,
    fingerprints,
    elsewhere: openToolchainDesk(dir.path),
    start: () =>
      startFirstFingerprints({ ...desk, fingerprints, onUnexpected: (error) => errors.push(error) }),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  }
}

describe('an engine with a library of toolchains', () => {
  it('takes the fingerprints of those that are there without one, and of those another process adds', async () => {
    await using library = await aLibrary()
    const [there, added] = ['1', '2'].map((version) => aToolchain({ folder: library.folder, version }))
    await library.elsewhere.library.save(there!)
    const { root } = await takeFingerprint(library.folder)
    await using _ = library.start()
    await expect.poll(() => library.elsewhere.fingerprints.summary(there!)).toMatchObject({ root })
    await library.elsewhere.library.save(added!)
    await expect.poll(() => library.fingerprints.state(added!)).toMatchObject({ state: 'known', root })
    expect(await library.elsewhere.fingerprints.summary(added!)).toMatchObject({ root })
  })

  it('says so while it takes one', async () => {
    await using library = await aLibrary()
    const toolchain = aToolchain({ folder: library.folder })
    await library.elsewhere.library.save(toolchain)
    const news = library.fingerprints.watch(new AbortController().signal)[Symbol.asyncIterator]()
    const first = news.next()
    await using _ = library.start()
    await first
    expect(await library.fingerprints.state(toolchain)).toMatchObject({ state: 'computing' })
  })

  it('leaves one alone that was recorded', async () => {
    await using library = await aLibrary()
    const [known, later] = ['1', '2'].map((version) => aToolchain({ folder: library.folder, version }))
    const { root } = (await library.elsewhere.fingerprints.look(known!)).fingerprint
    await library.elsewhere.library.save(known!)
    await library.elsewhere.library.save(later!)
    await writeFile(join(library.folder, 'gcc'), 'two')
    await using _ = library.start()
    await expect.poll(() => library.elsewhere.fingerprints.summary(later!)).toBeDefined()
    expect(await library.fingerprints.state(known!)).toMatchObject({ state: 'known', root })
  })

  it('tells once of a folder it cannot read, and goes on with the others', async () => {
    await using library = await aLibrary()
    const gone = aToolchain({ folder: join(library.folder, 'gone'), version: '1' })
    const [good, later] = ['2', '3'].map((version) => aToolchain({ folder: library.folder, version }))
    for (const one of [gone, good!]) await library.elsewhere.library.save(one)
    await using _ = library.start()
    await expect.poll(() => library.elsewhere.fingerprints.summary(good!)).toBeDefined()
    await library.elsewhere.library.save(later!)
    await expect.poll(() => library.elsewhere.fingerprints.summary(later!)).toBeDefined()
    expect(library.errors).toEqual([expect.objectContaining({ code: 'ENOENT' })])
  })

  it('keeps nothing of one that is removed while it is read, and tells nobody', async () => {
    await using library = await aLibrary()
    const toolchain = aToolchain({ folder: library.folder })
    await library.elsewhere.library.save(toolchain)
    const news = library.fingerprints.watch(new AbortController().signal)[Symbol.asyncIterator]()
    const first = news.next()
    {
      await using _ = library.start()
      await first
      await library.elsewhere.library.remove(toolchain)
      await library.fingerprints.forget(toolchain)
    }
    expect([await library.elsewhere.fingerprints.summary(toolchain), library.errors]).toEqual([undefined, []])
  })

  it('stops in the middle when the engine does', async () => {
    await using library = await aLibrary()
    await library.elsewhere.library.save(aToolchain({ folder: library.folder }))
    const taking = library.start()
    await taking[Symbol.asyncDispose]()
    await rm(library.folder, { recursive: true })
    expect(library.errors).toEqual([])
  })
})
