import { parse as readIndependently } from '@decimalturn/toml-patch'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  addRunner,
  removeRunner,
  setGlobal,
  setRunnerKey,
  setToken,
} from '../../../main/engine/config/edits.ts'
import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { blogConfig } from './blog-config.ts'

/** The lines an edit took out (`-`) and put in (`+`); everything else is byte for byte the same. */
function changes(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const cut = (lines: string[], mark: string) =>
    lines.slice(start, lines.length - end).map((line) => mark + line)
  return [...cut(a, '-'), ...cut(b, '+')]
}

const day = new Date('2026-01-02T03:04:05.678Z')

describe("edits of the real team's file change the edited key alone:", () => {
  it.each([
    {
      edit: 'another token',
      apply: (text: string) => setRunnerKey(text, 0, ['token'], 'glrt-new'),
      is: ['-  token = "XXXXXXXXX"', '+  token = "glrt-new"'],
    },
    {
      edit: 'a rotated token, its dates beside it',
      apply: (text: string) => setToken(text, 0, { token: 'glrt-new', obtainedAt: day }),
      is: [
        '-  token = "XXXXXXXXX"',
        '+  token = "glrt-new"',
        '+  token_obtained_at = 2026-01-02T03:04:05Z',
        '+  token_expires_at = 0001-01-01T00:00:00Z',
      ],
    },
    {
      edit: 'more jobs',
      apply: (text: string) => setGlobal(text, ['concurrent'], 4),
      is: ['-concurrent = 1', '+concurrent = 4'],
    },
    {
      edit: 'a new global key, where the schema has it',
      apply: (text: string) => setGlobal(text, ['log_level'], 'debug'),
      is: ['+log_level = "debug"'],
    },
    {
      edit: 'one more volume',
      apply: (text: string) =>
        setRunnerKey(text, 0, ['docker', 'volumes'], ['/root/atlas500:/root/atlas500:ro', '/cache']),
      is: [
        '-        "/root/atlas500:/root/atlas500:ro"',
        '+        "/root/atlas500:/root/atlas500:ro",',
        '+        "/cache"',
      ],
    },
    {
      edit: 'one more variable, keeping the comment among them',
      apply: (text: string) =>
        setRunnerKey(text, 0, ['environment'], ['DDK_HOME=/root/atlas500', 'LC_ALL=C']),
      is: ['+    "LC_ALL=C",'],
    },
    {
      edit: 'a key its section did not have',
      apply: (text: string) => setRunnerKey(text, 0, ['docker', 'pull_policy'], ['if-not-present']),
      is: ['+    pull_policy = ["if-not-present"]'],
    },
    {
      edit: 'a key in an empty section',
      apply: (text: string) => setRunnerKey(text, 0, ['cache', 's3', 'BucketName'], 'b'),
      is: ['+      BucketName = "b"'],
    },
    {
      edit: 'a key in a section that was not there',
      apply: (text: string) => setRunnerKey(text, 0, ['feature_flags', 'FF_NETWORK_PER_BUILD'], true),
      is: ['+  [runners.feature_flags]', '+    FF_NETWORK_PER_BUILD = true'],
    },
    {
      edit: 'a script of several lines',
      apply: (text: string) => setRunnerKey(text, 0, ['post_build_script'], 'echo "done"\necho C:\\x\n'),
      is: ['+  post_build_script = """', '+echo "done"', '+echo C:\\\\x', '+"""'],
    },
    {
      edit: 'a removed key',
      apply: (text: string) => setRunnerKey(text, 0, ['docker', 'shm_size'], undefined),
      is: ['-    shm_size = 0'],
    },
    {
      edit: 'nothing',
      apply: (text: string) => setRunnerKey(text, 0, ['docker', 'image'], 'alpine'),
      is: [],
    },
    {
      edit: 'another runner',
      apply: (text: string) =>
        addRunner(text, { name: 'two', docker: { image: 'alpine', volumes: ['/cache'] } }),
      is: [
        '+[[runners]]',
        '+  name = "two"',
        '+  [runners.docker]',
        '+    image = "alpine"',
        '+    volumes = ["/cache"]',
        '+',
      ],
    },
  ])('$edit', ({ apply, is }) => {
    expect(changes(blogConfig, apply(blogConfig))).toEqual(is)
  })

  it('keeps Windows line ends and the byte order mark', () => {
    const windows = `\ufeff${blogConfig.replaceAll('\n', '\r\n')}`
    const edited = setToken(windows, 0, { token: 'glrt-new', obtainedAt: day })
    expect(changes(windows, edited)).toEqual([
      '-  token = "XXXXXXXXX"\r',
      '+  token = "glrt-new"\r',
      '+  token_obtained_at = 2026-01-02T03:04:05Z\r',
      '+  token_expires_at = 0001-01-01T00:00:00Z\r',
    ])
  })
})

describe('removeRunner', () => {
  const two = addRunner(blogConfig, { name: 'two', url: 'https://x.example' })

  it('takes out a runner with its sections and leaves the others byte for byte', () => {
    expect(removeRunner(two, 1)).toBe(blogConfig)
    expect(removeRunner(two, 0)).toBe(
      'concurrent = 1\ncheck_interval = 0\n\n[session_server]\n  session_timeout = 1800\n\n' +
        '[[runners]]\n  name = "two"\n  url = "https://x.example"\n',
    )
  })

  it('takes the comments directly above along, and leaves those of the next runner', () => {
    const text = '# the first\n[[runners]]\n  name = "a"\n\n# the second\n[[runners]]\n  name = "b"\n'
    expect([removeRunner(text, 0), removeRunner(text, 1)]).toEqual([
      '# the second\n[[runners]]\n  name = "b"\n',
      '# the first\n[[runners]]\n  name = "a"\n',
    ])
  })
})

describe('layouts nobody writes by hand', () => {
  it.each([
    ['runners = [{ name = "a" }] # c\n', 'runners = [{ name = "b" }] # c\n'],
    [
      '[[runners]]\ndocker = { image = "x" }\nname = "a"\n',
      '[[runners]]\ndocker = { image = "x" }\nname = "b"\n',
    ],
    ['[[runners]]\n"name" = \'a\' # c\n', '[[runners]]\n"name" = \'b\' # c\n'],
  ])('%j can be edited too', (before, after) => {
    expect(setRunnerKey(before, 0, ['name'], 'b')).toBe(after)
  })

  it('replaces the empty list that stands for no runners', () => {
    expect(addRunner('concurrent = 1\nrunners = []\n', { name: 'a' })).toBe(
      'concurrent = 1\n\n[[runners]]\n  name = "a"\n',
    )
  })

  it('edits dotted keys where they stand', () => {
    const text = '[[runners]]\ndocker.image = "x" # c\n'
    expect(setRunnerKey(text, 0, ['docker', 'image'], 'y')).toBe('[[runners]]\ndocker.image = "y" # c\n')
  })
})

/** Files as people write them: comments, blank lines, odd indentation, several runners, sections in any order. */
const words = fc.stringMatching(/^[a-z]{1,8}$/)
const comment = fc.option(
  fc.string({ maxLength: 12 }).map((text) => `# ${text.replaceAll(/\p{Cc}/gu, '')}`),
  { nil: '' },
)
const textValue = fc.string({ maxLength: 12 })
const row = (key: string) =>
  fc
    .tuple(comment, fc.nat(6), textValue, comment)
    .map(([above, indent, value, behind]) =>
      [
        above,
        `${' '.repeat(indent)}${key} = ${JSON.stringify(value.replaceAll(/[\p{Cc}\ud800-\udfff]/gu, ''))} ${behind}`.trimEnd(),
      ]
        .filter((line) => line !== '')
        .join('\n'),
    )
const runnerText = fc
  .tuple(row('name'), row('token'), fc.option(row('shell')), fc.option(row('image')), fc.nat(2), words)
  .map(([name, token, shell, image, blanks, extra]) =>
    [
      '[[runners]]',
      name,
      shell,
      token,
      `unknown_${extra} = [ 1, # one\n  2 ]`,
      ...(image === null ? [] : ['  [runners.docker]', image]),
      ...Array.from({ length: blanks }, () => ''),
    ]
      .filter((line) => line !== null)
      .join('\n'),
  )
const fileText = fc
  .tuple(comment, fc.array(runnerText, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([head, runners, windows]) => {
    const text = `${head}\nconcurrent = 1\n\n${runners.join('\n')}\n`
    return windows ? text.replaceAll('\n', '\r\n') : text
  })
const editedKey = fc.constantFrom(
  ['token'],
  ['name'],
  ['limit_text'],
  ['docker', 'image'],
  ['docker', 'user'],
  ['labels', 'abc'],
)

describe('for any file', () => {
  it('an edit changes one key of one runner: both parsers say so, and every other line stays', () => {
    fc.assert(
      fc.property(fileText, fc.nat(3), editedKey, fc.string({ maxLength: 20 }), (text, pick, key, raw) => {
        const value = raw.replaceAll(/[\ud800-\udfff]/g, '')
        const before = readIndependently(text) as { runners: Record<string, unknown>[] }
        const index = pick % before.runners.length
        const after = setRunnerKey(text, index, key, value)

        const meant = structuredClone(before)
        let table = meant.runners[index]!
        for (const name of key.slice(0, -1)) table = (table[name] ??= {}) as Record<string, unknown>
        table[key.at(-1)!] = value
        expect(readIndependently(after)).toEqual(meant)
        const gone = changes(text, after).filter((line) => line.startsWith('-'))
        expect(gone.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 300 },
    )
  })

  it('adding a runner and removing it again gives the file back', () => {
    fc.assert(
      fc.property(fileText, textValue, (text, name) => {
        const count = (readIndependently(text) as { runners: unknown[] }).runners.length
        const added = addRunner(text, {
          name: name.replaceAll(/[\ud800-\udfff]/g, ''),
          docker: { image: 'x' },
        })
        expect(added.startsWith(text)).toBe(true)
        expect(removeRunner(added, count).trimEnd()).toBe(text.trimEnd())
      }),
      { numRuns: 200 },
    )
  })

  it('what an edit writes, parseConfig reads', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40, unit: 'grapheme' }), (value) => {
        const edited = setRunnerKey(blogConfig, 0, ['pre_build_script'], value)
        expect(parseConfig(edited).config?.runners[0]?.pre_build_script).toBe(value.replaceAll('\r\n', '\n'))
      }),
      { numRuns: 200 },
    )
  })
})
