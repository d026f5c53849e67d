import { describe, expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { assignedTo, removeToolchain, switchToolchain } from '../../../main/engine/toolchain/assign.ts'
import { adoptToolchain, recogniseToolchains } from '../../../main/engine/toolchain/recognise.ts'
import { runInShell } from '../../support/shells.ts'
import { blogConfig } from '../config/blog-config.ts'
import { aToolchain } from './toolchains.ts'

const configOf = (text: string) => parseConfig(text).config!
const [recognised] = recogniseToolchains(configOf(blogConfig))
const home = '/root/atlas500'
const euler = 'toolchains/Euler_compile_env_cross/arm/cross_compile/install/bin'

describe('a toolchain written by hand', () => {
  it('is recognised: mount, variables in full, search folders in order', () => {
    expect(recogniseToolchains(configOf(blogConfig))).toEqual([
      {
        runner: 0,
        runnerName: 'tangxin',
        toolchain: aToolchain({
          name: 'atlas500',
          version: '1',
          folder: home,
          mountPoint: home,
          variables: {
            DDK_HOME: home,
            ATLAS500_CROSS_BIN: `${home}/${euler}`,
            ATLAS500_HOST_BIN: `${home}/host/bin`,
            ATLAS500_HOST_LIB: `${home}/host/lib`,
            ATLAS500_DEVICE_CROSS_BIN: `${home}/toolchains/aarch64-linux-gcc6.3/bin`,
          },
          path: [euler, 'host/bin', 'toolchains/aarch64-linux-gcc6.3/bin'],
          libraryPath: ['host/lib'],
        }),
        volume: '/root/atlas500:/root/atlas500:ro',
        environment: ['DDK_HOME'],
        exports: [
          'ATLAS500_CROSS_BIN',
          'ATLAS500_HOST_BIN',
          'ATLAS500_HOST_LIB',
          'ATLAS500_DEVICE_CROSS_BIN',
          'LD_LIBRARY_PATH',
          'PATH',
        ],
      },
    ])
  })

  it('is adopted by comments in its script; nothing else changes and scripts see the same', async () => {
    const adopted = adoptToolchain(blogConfig, recognised!)
    const isMark = (line: string) => /# (>>>|<<<) toolchain|# belongs to it:/.test(line)
    const lines = adopted.split('\n')
    expect(lines.filter(isMark).map((line) => line.trim())).toEqual([
      '# >>> toolchain atlas500@1',
      '# belongs to it: volume /root/atlas500:/root/atlas500:ro',
      '# belongs to it: environment DDK_HOME',
      '# belongs to it: exports ATLAS500_CROSS_BIN ATLAS500_HOST_BIN ATLAS500_HOST_LIB ATLAS500_DEVICE_CROSS_BIN LD_LIBRARY_PATH PATH',
      '# <<< toolchain atlas500@1',
    ])
    expect(lines.filter((line) => !isMark(line)).join('\n')).toBe(blogConfig)

    const seen = async (text: string) => {
      const script = configOf(text).runners[0]!.pre_build_script
      return (
        await runInShell('dash', `DDK_HOME=${home}\n${script}\nenv | sort`, {
          env: { PATH: '/usr/bin:/bin' },
        })
      ).stdout
    }
    expect(await seen(adopted)).toBe(await seen(blogConfig))
    expect(await seen(adopted)).toContain(`PATH=${home}/${euler}:${home}/host/bin:`)
  })

  it('is a toolchain like any other afterwards: not offered again, switched, taken out', () => {
    const adopted = adoptToolchain(blogConfig, recognised!)
    expect(recogniseToolchains(configOf(adopted))).toEqual([])
    const next = { ...recognised!.toolchain, version: '20.2', folder: '/srv/atlas500-20.2' }
    const switched = switchToolchain(adopted, 0, recognised!.toolchain, next)
    const { volumes } = configOf(switched).runners[0]!.docker!
    expect({ volumes, assigned: assignedTo(configOf(switched).runners[0]!) }).toEqual({
      volumes: ['/srv/atlas500-20.2:/root/atlas500:ro'],
      assigned: [{ name: 'atlas500', version: '20.2' }],
    })
    const out = removeToolchain(switched, 0, next)
    for (const comment of blogConfig.split('\n').filter((line) => line.trim().startsWith('#')))
      expect(out).toContain(comment)
    expect(configOf(out).runners[0]!.pre_build_script.trim()).toBe('export LC_ALL=C')
  })

  it('is not seen in a mount nothing speaks of', () => {
    expect(
      recogniseToolchains(configOf(blogConfig.replaceAll('DDK_HOME=/root/atlas500', 'DDK_HOME=/elsewhere'))),
    ).toEqual([])
  })
})
