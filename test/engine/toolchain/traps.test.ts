import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { translate } from '../../../main/contract/sentences/translate.ts'
import { runnerSchema } from '../../../main/engine/config/schema.ts'
import { folderTraps } from '../../../main/engine/toolchain/doctor/folder-traps.ts'
import { configTraps } from '../../../main/engine/toolchain/doctor/traps.ts'
import { applyToolchain } from '../../../main/engine/toolchain/assign.ts'
import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { aConfig } from '../config/runner-text.ts'
import { aToolchain } from './toolchains.ts'

const aRunner = (given: object, volumes: readonly string[] = []) =>
  runnerSchema.parse({ url: 'https://x', executor: 'docker', docker: { volumes: [...volumes] }, ...given })

describe('a trap in the configuration', () => {
  it.each([
    [
      'a variable of the image',
      aRunner({ environment: ['TOOLS=$IMAGE_HOME/tools'] }),
      'variable-in-environment',
      /IMAGE_HOME becomes empty/,
    ],
    [
      'PATH in itself',
      aRunner({ environment: ['PATH=/opt/x/bin:$PATH'] }),
      'path-in-environment',
      /means this entry itself/,
    ],
    [
      'a stray colon',
      aRunner({ pre_build_script: 'export LD_LIBRARY_PATH=/opt/x/lib:$LD_LIBRARY_PATH' }),
      'stray-colon',
      /look into the working directory/,
    ],
    [
      'a mount over /usr',
      aRunner({}, ['/srv/x:/usr:ro']),
      'system-folder',
      /hides what every image keeps in \/usr/,
    ],
    ['options in another order', aRunner({}, ['/srv/x:/opt/x:z,ro']), 'option-order', /is refused/],
    [
      'a private SELinux label',
      aRunner({}, ['/srv/x:/opt/x:ro,Z']),
      'selinux-label',
      /take it from each other/,
    ],
  ] as const)('is seen: %s', (_, runner, name, cause) => {
    const traps = configTraps(runner)
    expect(traps.map((trap) => trap.name)).toEqual([name])
    expect(traps[0]!.cause).toMatch(cause)
    expect(traps[0]!.remedy).not.toBe('')
  })

  it('is gone when its remedy is written instead', () => {
    const { remedy } = configTraps(
      aRunner({ pre_build_script: 'export LD_LIBRARY_PATH=/opt/x/lib:$LD_LIBRARY_PATH' }),
    )[0]!
    const mended = remedy.replace(/^Replace the line by /, '')
    expect(mended).toBe('export LD_LIBRARY_PATH=/opt/x/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}')
    expect(configTraps(aRunner({ pre_build_script: mended }))).toEqual([])
  })

  it('is not in what Drydock writes itself', () => {
    const text = applyToolchain(aConfig(), 0, aToolchain())
    expect(configTraps(parseConfig(text).config!.runners[0]!)).toEqual([])
  })
})

describe('a trap in the folder', () => {
  const folderOf = async (path: string) => aToolchain({ folder: await realpath(path) })

  it('is a link in its place, a label that is missing, a C library on the library path', async () => {
    await using dir = await tempDir()
    await mkdir(join(dir.path, 'real/host/lib'), { recursive: true })
    await writeFile(join(dir.path, 'real/host/lib/libc.so.6'), '')
    await symlink('real', join(dir.path, 'link'))
    const traps = await folderTraps(aToolchain({ folder: join(dir.path, 'link') }), { isEnforcing: true })
    expect(traps.map(({ name }) => name)).toEqual([
      'linked-folder',
      'selinux-label',
      'library-path-breaks-image',
    ])
    expect(traps.every(({ command }) => command !== undefined)).toBe(true)
  })

  it('is not in a plain folder', async () => {
    await using dir = await tempDir()
    expect(await folderTraps(await folderOf(dir.path), { isEnforcing: false })).toEqual([])
  })
})

describe('what the doctor says of a configuration', () => {
  const volumes = [
    '/srv/usr:/usr:ro',
    '/root/sdk:/root/sdk:ro',
    '/srv/sdk:/opt/sdk:ro,Z',
    '/srv/sdk:/opt/sdk:z,ro',
    'sdk',
  ]
  const script = 'export LD_LIBRARY_PATH=/opt/sdk/lib:$LD_LIBRARY_PATH'
  const runner = {
    name: 'one',
    environment: ['TOOLS=$IMAGE_HOME/tools'],
    pre_build_script: script,
    docker: { user: 'dev', volumes },
  }

  const translated = { 'zh-CN': /\p{Script=Han}/u, ko: /\p{Script=Hangul}/u }

  it.each(configTraps(runner))('is said in other languages, too: $name', ({ cause, remedy }) => {
    for (const language of ['zh-CN', 'ko'] as const)
      for (const text of [cause, remedy]) expect(translate(text, language)).toMatch(translated[language])
  })
})
