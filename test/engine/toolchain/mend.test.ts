import { describe, expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { applyToolchain } from '../../../main/engine/toolchain/assign.ts'
import { changeToolchain, mendRunner } from '../../../main/engine/toolchain/mend.ts'
import { blogConfig } from '../config/blog-config.ts'
import { aConfig } from '../config/runner-text.ts'
import { aToolchain } from './toolchains.ts'

/** The lines that differ, as `- old` and `+ new`. */
function difference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ]
}

const volumes = (...entries: readonly string[]) =>
  aConfig().replace(
    'volumes = ["/cache"]',
    `volumes = [${entries.map((one) => `"${one}"`).join(', ')}] # mine`,
  )

describe('mending a runner', () => {
  it.each([
    {
      what: 'a variable of the image in environment',
      text: aConfig({ runner: '  environment = ["TOOLS=$IMAGE_HOME/my \\"tools\\"", "A=b"] # mine' }),
      done: ['variable-in-environment'],
      changes: [
        '- environment = ["TOOLS=$IMAGE_HOME/my \\"tools\\"", "A=b"] # mine',
        '+ environment = ["A=b"] # mine',
        '+ pre_build_script = """',
        `+ export TOOLS="$IMAGE_HOME/my "'"'"tools"'"'""`,
        '+ """',
      ],
    },
    {
      what: 'PATH extended in environment',
      text: aConfig({ runner: '  environment = ["PATH=/opt/x/bin:$PATH"]\n  pre_build_script = "true"' }),
      done: ['path-in-environment'],
      changes: [
        '- environment = ["PATH=/opt/x/bin:$PATH"]',
        '- pre_build_script = "true"',
        '+ environment = []',
        '+ pre_build_script = """',
        '+ export PATH="/opt/x/bin:$PATH"',
        '+ true"""',
      ],
    },
    {
      what: 'PATH=$PATH, which says nothing',
      text: aConfig({ runner: '  environment = ["PATH=$PATH", "A=b"]' }),
      done: ['path-in-environment'],
      changes: ['- environment = ["PATH=$PATH", "A=b"]', '+ environment = ["A=b"]'],
    },
    {
      what: 'a mount over /usr',
      text: volumes('/srv/x:/usr:ro'),
      done: ['system-folder'],
      changes: ['- volumes = ["/srv/x:/usr:ro"] # mine', '+ volumes = ["/srv/x:/opt/x:ro"] # mine'],
    },
    {
      what: 'options in an order of Docker, and one the runner does not have',
      text: volumes('/cache', '/srv/x:/opt/x:z,ro', '/srv/y:/opt/y:ro,nocopy'),
      done: ['option-order', 'option-order'],
      changes: [
        '- volumes = ["/cache", "/srv/x:/opt/x:z,ro", "/srv/y:/opt/y:ro,nocopy"] # mine',
        '+ volumes = ["/cache", "/srv/x:/opt/x:ro,z", "/srv/y:/opt/y:ro"] # mine',
      ],
    },
    {
      what: 'a label for one container alone',
      text: volumes('/srv/x:/opt/x:ro,Z'),
      done: ['selinux-label'],
      changes: ['- volumes = ["/srv/x:/opt/x:ro,Z"] # mine', '+ volumes = ["/srv/x:/opt/x:ro"] # mine'],
    },
    {
      what: 'a stray colon in a script of one line',
      text: aConfig({ runner: '  pre_build_script = "export LD_LIBRARY_PATH=/opt/x:$LD_LIBRARY_PATH"' }),
      done: ['stray-colon'],
      changes: [
        '- pre_build_script = "export LD_LIBRARY_PATH=/opt/x:$LD_LIBRARY_PATH"',
        '+ pre_build_script = "export LD_LIBRARY_PATH=/opt/x${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
      ],
    },
    {
      what: 'the hand-written ATLAS500 file: its stray colon, and nothing else',
      text: blogConfig,
      done: ['stray-colon'],
      changes: [
        '- export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB:$LD_LIBRARY_PATH',
        '+ export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}',
      ],
    },
    {
      what: 'a mount in /root for a user who is not root, and all that speaks of it',
      text: blogConfig
        .replace('image = "alpine"', 'image = "alpine"\n    user = "dev"')
        .replace('$ATLAS500_HOST_LIB:$LD', '/root/atlas500/host/lib:/root/atlas500-old:$LD'),
      done: ['stray-colon', 'closed-parent'],
      changes: [
        '- "DDK_HOME=/root/atlas500",',
        '- export LD_LIBRARY_PATH=/root/atlas500/host/lib:/root/atlas500-old:$LD_LIBRARY_PATH',
        '- "/root/atlas500:/root/atlas500:ro"',
        '+ "DDK_HOME=/opt/atlas500",',
        '+ export LD_LIBRARY_PATH=/opt/atlas500/host/lib:/root/atlas500-old${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}',
        '+ "/root/atlas500:/opt/atlas500:ro"',
      ],
    },
  ])('edits only what is wrong: $what', ({ text, done, changes }) => {
    const mended = mendRunner(text, 0)
    expect({
      done: mended.done.map(({ name }) => name),
      left: mended.left,
      changes: difference(text, mended.text),
    }).toEqual({ done, left: [], changes })
    expect(parseConfig(mended.text).config).toBeDefined()
    expect(mendRunner(mended.text, 0).done).toEqual([])
  })

  it('leaves what only a person can decide, and says so', () => {
    const text = volumes('C:\\\\tools:/opt/x:ro')
    const { left, ...mended } = mendRunner(text, 0)
    expect(mended).toEqual({ text, done: [] })
    expect(left.map(({ name, remedy }) => [name, remedy])).toEqual([
      ['option-order', 'Correct the entry in volumes.'],
    ])
  })
})

describe('changing a toolchain', () => {
  it('changes the sections of the runners that have it, and its variables follow the mount', () => {
    const toolchain = aToolchain({
      mountPoint: '/root/atlas500',
      variables: { DDK_HOME: '/root/atlas500/sdk' },
    })
    const text = applyToolchain(aConfig(), 0, toolchain)
    const changed = changeToolchain(text, toolchain, { mountPoint: '/opt/atlas500' })
    expect(changed.runners).toEqual(['one'])
    expect(changed.text).toBe(applyToolchain(aConfig(), 0, changed.toolchain))
    expect(changed.toolchain.variables).toEqual({ DDK_HOME: '/opt/atlas500/sdk' })
  })

  it('leaves a file alone whose runners do not have it', () => {
    const text = applyToolchain(aConfig(), 0, aToolchain({ version: '19' }))
    expect(changeToolchain(text, aToolchain(), { libraryPath: [] }).text).toBe(text)
  })
})
