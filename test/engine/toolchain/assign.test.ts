import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { configSchema, runnerSchema } from '../../../main/engine/config/schema.ts'
import {
  applyToolchain,
  assignedTo,
  removeToolchain,
  switchToolchain,
  withToolchain,
} from '../../../main/engine/toolchain/assign.ts'
import { runInShell, shellNames } from '../../support/shells.ts'
import { blogConfig } from '../config/blog-config.ts'
import { aToolchain } from './toolchains.ts'

const second = aToolchain({
  name: 'gcc-arm',
  version: '13',
  folder: '/srv/gcc arm',
  mountPoint: '/opt/gcc-arm',
  variables: { LC_ALL: 'C', ARM_HOME: '/opt/gcc-arm with space' },
  path: ['bin'],
  libraryPath: [],
})

const runnerOf = (text: string) => {
  const { config, problems } = parseConfig(text)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return config!.runners[0]!
}

const minimal = `[[runners]]
  name = "one"
  url = "https://gitlab.example.com"
  token = "glrt-aaaaaaaaaaaaaaaaaaaa"
  executor = "docker"
  [runners.docker]
    image = "alpine"
`

describe('a toolchain in config.toml', () => {
  it('is a read-only volume, full values, and exports in front', () => {
    expect(applyToolchain(minimal, 0, aToolchain())).toBe(`[[runners]]
  name = "one"
  url = "https://gitlab.example.com"
  token = "glrt-aaaaaaaaaaaaaaaaaaaa"
  executor = "docker"
  environment = ["DDK_HOME=/opt/atlas500"]
  pre_build_script = """
    # >>> toolchain atlas500@20.2
    # belongs to it: volume /srv/atlas500-20.2:/opt/atlas500:ro
    # belongs to it: environment DDK_HOME
    # belongs to it: exports PATH LD_LIBRARY_PATH
    # belongs to it: made environment volumes script
    export PATH="/opt/atlas500/host/bin:/opt/atlas500/toolchains/aarch64-linux-gcc6.3/bin\${PATH:+:$PATH}"
    export LD_LIBRARY_PATH="/opt/atlas500/host/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    # <<< toolchain atlas500@20.2
"""
  [runners.docker]
    image = "alpine"
    volumes = ["/srv/atlas500-20.2:/opt/atlas500:ro"]
`)
  })

  it('says the same to a single job as it says in the file', () => {
    const inFile = runnerOf(applyToolchain(minimal, 0, aToolchain()))
    const forJob = withToolchain(runnerOf(minimal), aToolchain())
    const withoutComments = (script: string) => script.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/^\s+/gm, '')
    expect({ ...forJob, pre_build_script: withoutComments(forJob.pre_build_script) }).toEqual({
      ...inFile,
      pre_build_script: withoutComments(inFile.pre_build_script),
    })
  })

  it('is switched for another version in one edit, and back', () => {
    const before = applyToolchain(blogConfig, 0, second)
    const next = aToolchain({
      name: 'gcc-arm',
      version: '14',
      folder: '/srv/gcc-14',
      mountPoint: '/opt/gcc-arm',
      variables: {},
    })
    const switched = switchToolchain(before, 0, second, next)
    expect(assignedTo(runnerOf(switched))).toEqual([{ name: 'gcc-arm', version: '14' }])
    expect(switchToolchain(switched, 0, next, second)).toBe(before)
  })

  it('keeps lines that people wrote between the marks', () => {
    const applied = applyToolchain(minimal, 0, aToolchain())
    const edited = applied.replace('    # <<<', '    ulimit -c 0 # mine\n    # <<<')
    expect(runnerOf(removeToolchain(edited, 0, aToolchain())).pre_build_script).toBe(
      '    ulimit -c 0 # mine\n',
    )
  })

  it.each([
    [
      'environment',
      minimal.replace('  [runners.docker]', '  environment = ["DDK_HOME=/x"]\n  [runners.docker]'),
    ],
    ['volumes', `${minimal}    volumes = ["/srv/old:/opt/atlas500:ro"]\n`],
    ['already', applyToolchain(minimal, 0, aToolchain())],
    ['no [runners.docker]', minimal.replace(/ {2}\[runners\.docker\][^]*/, '')],
  ])('is refused where the runner has something else in its place: %s', (what, text) => {
    expect(() => applyToolchain(text, 0, aToolchain())).toThrow(
      {
        environment:
          'one sets DDK_HOME to "/x", atlas500@20.2 needs "/opt/atlas500"; remove the entry from environment, or change the toolchain.',
        volumes:
          'one mounts "/srv/old:/opt/atlas500:ro" where atlas500@20.2 belongs, /opt/atlas500; remove that volume, or adopt it with "drydock toolchain adopt".',
        already: 'one has atlas500@20.2 already.',
        'no [runners.docker]': 'one has no [runners.docker]; only Docker jobs can mount atlas500@20.2.',
      }[what]!,
    )
  })

  it('is not removed from a runner that has another one', () => {
    const text = applyToolchain(minimal, 0, second)
    expect(() => removeToolchain(text, 0, aToolchain())).toThrow(
      'The runner has no toolchain atlas500@20.2; it has gcc-arm@13.',
    )
  })
})

const list = (key: string, entries: readonly string[]) => {
  const quoted = entries.map((entry) => JSON.stringify(entry))
  return fc.constantFrom(
    '',
    `${key} = []`,
    `${key} = [ ]`,
    `${key} = [\n    # none yet\n  ]`,
    `${key} = [${quoted.join(', ')}]`,
    `${key} = [ ${quoted.join(' , ')} ] # why`,
    `${key} = [${quoted.join(',')},]`,
    `${key} = [ # first\n      ${quoted.join(', # next\n      ')}, # last\n      # end\n  ]`,
    `${key} = [\n${quoted.map((entry) => `\t${entry}`).join(',\n')}\n]`,
    `${key} = [${quoted.join(',\n      ')}\n  ]`,
  )
}

const script = fc.constantFrom(
  '',
  'pre_build_script = ""',
  'pre_build_script = "echo \\"hello\\"\\nmake \\\\"',
  "pre_build_script = 'echo $HOME' # short",
  'pre_build_script = """"""',
  'pre_build_script = """echo one\n  echo two"""',
  'pre_build_script = """\n    set -e\n\n    export A=1 # for B\n  """ # end',
  'pre_build_script = """\\\n    echo folded \\\n    on"""',
  "pre_build_script = '''\n  echo 'raw \\n'\n'''",
  'pre_build_script = """\n\n  echo late\n"""',
)

const configText = fc
  .record({
    environment: list('environment', ['A=1', 'DDK_HOME=/opt/atlas500', 'LC_ALL=C']),
    script,
    volumes: list('volumes', ['/cache', '/srv/x:/x:ro,z']),
    order: fc.boolean(),
    other: fc.boolean(),
    windows: fc.boolean(),
    mark: fc.boolean(),
    ends: fc.boolean(),
  })
  .map(({ environment, script: lines, volumes, order, other, windows, mark, ends }) => {
    const rows = order ? [environment, lines] : [lines, environment]
    const text = [
      'concurrent = 1 # one',
      '',
      '[[runners]]',
      '  name = "one"',
      '  url = "https://gitlab.example.com"',
      '  token = "glrt-aaaaaaaaaaaaaaaaaaaa" # secret',
      '  executor = "docker"',
      ...rows.filter(Boolean).map((row) => `  ${row}`),
      '  [runners.docker]',
      '    image = "alpine"',
      ...(volumes === '' ? [] : [`    ${volumes}`]),
      ...(other
        ? [
            '',
            '# the next one',
            '[[runners]]',
            '  name = "two"',
            '  url = "https://x"',
            '  token = "t"',
            '  executor = "docker"',
          ]
        : []),
    ].join('\n')
    const ended = ends ? `${text}\n` : text
    return (mark ? '\ufeff' : '') + (windows ? ended.replaceAll('\n', '\r\n') : ended)
  })

describe('any config.toml', () => {
  it('is byte for byte what it was when a toolchain is taken out again', () => {
    fc.assert(
      fc.property(configText, (text) => {
        const applied = applyToolchain(text, 0, aToolchain())
        expect(runnerOf(applied).docker!.volumes).toContain('/srv/atlas500-20.2:/opt/atlas500:ro')
        expect(removeToolchain(applied, 0, aToolchain())).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  it('is so with two toolchains, in whatever order they go', () => {
    fc.assert(
      fc.property(configText, fc.boolean(), (text, firstGoesFirst) => {
        const both = applyToolchain(applyToolchain(text, 0, aToolchain()), 0, second)
        expect(assignedTo(runnerOf(both)).map(({ name }) => name)).toEqual(['gcc-arm', 'atlas500'])
        const order = firstGoesFirst ? [aToolchain(), second] : [second, aToolchain()]
        expect(order.reduce((left, toolchain) => removeToolchain(left, 0, toolchain), both)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the exports, run by a real shell', () => {
  const { pre_build_script } = withToolchain(
    runnerSchema.parse({ url: 'https://x', executor: 'docker', docker: {} }),
    aToolchain({ path: ['bin dir', 'host/bin'] }),
  )
  const folders = '/opt/atlas500/bin dir:/opt/atlas500/host/bin'

  it.each(shellNames)('prepend without a stray colon: %s', async (shell) => {
    const print = `${pre_build_script}\necho "$PATH|$LD_LIBRARY_PATH"\n`
    const run = (before: string) => runInShell(shell, `set -eu\n${before}\n${print}`)
    expect([
      (await run('PATH=/usr/bin:/bin; unset LD_LIBRARY_PATH')).stdout,
      (await run('PATH=/bin; LD_LIBRARY_PATH=/a:/b')).stdout,
      (await run('PATH=; LD_LIBRARY_PATH=')).stdout,
    ]).toEqual([
      `${folders}:/usr/bin:/bin|/opt/atlas500/host/lib\n`,
      `${folders}:/bin|/opt/atlas500/host/lib:/a:/b\n`,
      `${folders}|/opt/atlas500/host/lib\n`,
    ])
  })
})

it('leaves an empty configuration alone', () => {
  expect(() => applyToolchain('', 0, aToolchain())).toThrow('There is no runners[0].')
  expect(configSchema.parse({}).runners).toEqual([])
})
