import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openToolchainLibrary } from '../../../main/engine/toolchain/library.ts'
import {
  isForProject,
  parseReference,
  readToolchain,
  referenceOf,
  searchFolders,
} from '../../../main/engine/toolchain/toolchain.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { aToolchain } from './toolchains.ts'

describe('the toolchain library', () => {
  it('keeps versions side by side, in the order people count, the first one current', async () => {
    await using dir = await tempDir()
    const library = openToolchainLibrary(join(dir.path, 'toolchains'))
    expect(await library.list()).toEqual([])
    for (const version of ['20.2', '20.10', '19.0']) await library.save(aToolchain({ version }))
    expect({
      versions: (await library.list()).map(referenceOf),
      current: referenceOf(await library.read({ name: 'atlas500' })),
    }).toEqual({ versions: ['atlas500@19.0', 'atlas500@20.2', 'atlas500@20.10'], current: 'atlas500@20.2' })
  })

  it('switches the current version, and gives back what was saved', async () => {
    await using dir = await tempDir()
    const library = openToolchainLibrary(dir.path)
    const [old, latest] = [aToolchain(), aToolchain({ version: '21', notes: 'from the vendor' })]
    await library.save(old)
    await library.save(latest)
    await library.switchTo(latest)
    expect(await library.read({ name: 'atlas500' })).toEqual(latest)
    expect(await library.read({ name: 'atlas500', version: '20.2' })).toEqual(old)
  })

  it('leaves no current version when that one is removed', async () => {
    await using dir = await tempDir()
    const library = openToolchainLibrary(dir.path)
    await library.save(aToolchain())
    await library.save(aToolchain({ version: '21' }))
    await library.remove({ name: 'atlas500', version: '20.2' })
    await expect(library.read({ name: 'atlas500' })).rejects.toThrow(
      'No version of the toolchain atlas500 is the current one; name one of 21, such as atlas500@21.',
    )
    expect(await readdir(dir.path)).toEqual(['atlas500@21.json'])
  })

  it('names what there is instead of a version that is missing', async () => {
    await using dir = await tempDir()
    const library = openToolchainLibrary(dir.path)
    await library.save(aToolchain())
    await expect(library.switchTo({ name: 'atlas500', version: '9' })).rejects.toThrow(
      'There is no version 9 of the toolchain atlas500; there is 20.2.',
    )
  })

  it('names the file that is damaged', async () => {
    await using dir = await tempDir()
    await writeFile(join(dir.path, 'a@1.json'), '{')
    await expect(openToolchainLibrary(dir.path).list()).rejects.toThrow(
      'a@1.json is no JSON; repair or remove it.',
    )
  })
})

describe('a toolchain', () => {
  it('has its search folders below the mount point, except absolute ones', () => {
    const toolchain = aToolchain({ path: ['bin', '/usr/lib/ccache'], libraryPath: ['./lib/'] })
    expect(searchFolders(toolchain)).toEqual({
      path: ['/opt/atlas500/bin', '/usr/lib/ccache'],
      libraryPath: ['/opt/atlas500/lib'],
    })
  })

  it.each([
    [{ mountPoint: '/usr/' }, /mountPoint: a mount there would hide/],
    [{ mountPoint: '/' }, /mountPoint: a mount there would hide/],
    [{ folder: 'tools' }, /folder: the path must begin with "\/"/],
    [{ folder: 'C:\\tools' }, /folder: the path holds a character/],
    [{ path: ['a:b'] }, /path\.0: the path holds a character/],
    [{ variables: { HOME_OF: '$DDK_HOME/x' } }, /variables\.HOME_OF: a value is written out in full/],
    [{ variables: { PATH: '/x' } }, /variables: list PATH/],
    [{ name: '../x' }, /name: use letters/],
    [{ colour: 'red' }, /Unrecognized key/],
  ])('is refused with %j', (given, message) => {
    const input = { name: 'a', version: '1', folder: '/srv/a', mountPoint: '/opt/a', ...given }
    expect(() => readToolchain(input, 'a@1.json')).toThrow(message)
  })

  it.each([
    ['firmware/boot', ['firmware/boot'], true],
    ['firmware/boot2', ['firmware/boot'], false],
    ['firmware/a/b', ['firmware/*'], true],
    ['firmwares/a', ['firmware/*'], false],
    ['any/thing', undefined, true],
    ['any/thing', [], false],
  ])('for %s, licensed to %j: %s', (project, projects, allowed) => {
    expect(isForProject({ projects }, project)).toBe(allowed)
  })

  it('is named with or without a version', () => {
    expect([parseReference('gcc'), parseReference('gcc@12.2-rel1')]).toEqual([
      { name: 'gcc' },
      { name: 'gcc', version: '12.2-rel1' },
    ])
    for (const text of ['', '@1', 'a@', 'a@1@2', '../a', 'a b'])
      expect(() => parseReference(text)).toThrow(/names no/)
  })
})
