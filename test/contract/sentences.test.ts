import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { recognise } from '../../main/contract/sentences/recognise.ts'
import {
  factPlaces,
  say,
  sentences,
  withFacts,
  type SentenceCode,
} from '../../main/contract/sentences/say.ts'
import { inSentences, sentenceLanguages, translate } from '../../main/contract/sentences/translate.ts'

// The page words the doctor's findings by their kinds; the command line's own words stay in English.
const doctors = ['main/engine/toolchain/', 'main/cli/']

// Words for the command line alone: its flags.
const commands = ['main/engine/toolchain/desk/shelve.ts']
// What a job ends with in words: a code's sentence, the status of its script, or an error that has its own sentence.
const failsInWords =
  /(?:new JobFailure\(\s*'\w+',|\b(?:refusal|configurationError)\()\s*(?:'(?!exit code )|"|`(?!\$\{(?:say\(|error\.message\})))/

const codes = Object.keys(sentences) as SentenceCode[]
const placesOf = (template: string) =>
  [...new Set([...template.matchAll(factPlaces)].map(([place]) => place))].toSorted()

// Facts as they come: addresses with colons, paths with spaces, quotes and brackets.
const awkward = ['unix:///run/docker.sock', '/opt/my tools/[1].ro', 'image = "a:b, c"', '4'] as const
const shaped: Readonly<Record<string, string>> = {
  line: '12',
  free: '3',
  os: 'linux',
  version: '27.3.1',
  path: 'runners[0].docker.image',
  one: 'image',
  two: 'image',
}

describe.each(codes)('%s', (code) => {
  const names = placesOf(sentences[code]).map((place) => place.replace(/[{~+}]/g, ''))

  it.each(awkward)('is read back from its English words with %s in it', (fact) => {
    const facts = Object.fromEntries(names.map((name) => [name, shaped[name] ?? fact]))
    const text = withFacts(sentences[code], facts)
    expect([recognise(text), recognise(`${text}.`)]).toEqual([
      { code, facts },
      { code, facts },
    ])
  })

  it.each(['zh-CN', 'ko'] as const)('tells the same facts in %s', (language) => {
    const words = sentenceLanguages[language][code]
    expect(words.trim()).not.toBe('')
    expect(placesOf(words)).toEqual(placesOf(sentences[code]))
  })
})

describe('what the engine says', () => {
  it('reads in the language of its reader, with what is inside it', () => {
    const text = say('docker-found', {
      engine: 'Docker 27.3.1',
      api: '1.47',
      os: 'linux',
      architecture: 'amd64',
      endpoint: 'unix:///var/run/docker.sock',
      because: say('because-socket', { whose: 'Docker' }),
    })
    expect(translate(text, 'zh-CN')).toBe(
      'Docker 27.3.1（API 1.47，linux/amd64），位于 unix:///var/run/docker.sock；选用原因：它是 Docker 的常用套接字',
    )
  })

  it('is joined with the full stops of the language', () => {
    const problem = say('docker-silent', { url: 'tcp://far:2375' })
    expect(inSentences([problem, say('docker-start')], 'zh-CN')).toBe(
      'tcp://far:2375 没有响应。启动 Docker；地址正确，但它没有运行。',
    )
    expect(inSentences([problem, `${say('docker-start')}.`], 'en')).toBe(
      'Nothing answers at tcp://far:2375. Start Docker; its address is right but it does not run.',
    )
  })

  it('is understood where a problem and its remedy come as one text', () => {
    expect(
      translate(`${say('docker-silent', { url: 'tcp://far:2375' })}. ${say('docker-start')}.`, 'ko'),
    ).toBe('tcp://far:2375에서 응답이 없습니다. Docker를 시작하세요. 주소는 맞지만 실행되고 있지 않습니다.')
  })

  it('reads several in a row, each in the language of its reader', () => {
    const changes = [
      say('drift-changed', { file: 'bin/gcc' }),
      say('drift-added', { file: 'lib/new one.so' }),
      say('drift-more', { count: 4 }),
    ].join(', ')
    expect(translate(say('toolchain-drifted', { name: 'atlas500@20.2', changes }), 'zh-CN')).toContain(
      '已不是原来的内容：bin/gcc 已更改、lib/new one.so 是新增的、另有 4 个。',
    )
  })

  it('is understood behind the place in a file, line by line', () => {
    const problems = [
      `/etc/config.toml:3:5: runners[0].limit: ${say('toml-no-value')}. ${say('correct-line')}.`,
      `/etc/config.toml: ${say('file-gone')}. ${say('put-file-back')}.`,
    ]
    expect(translate(problems.join('\n'), 'zh-CN')).toBe(
      '/etc/config.toml:3:5: runners[0].limit: "=" 后缺少值。更正这一行；成为有效的 TOML 后会读取文件的其余部分。\n' +
        '/etc/config.toml: 文件已不存在；上一次的配置继续生效。把文件放回去，或逐个移除其中的 Runner。',
    )
  })

  it('stays in English where the words are somebody else’s and not known', () => {
    expect(translate('the cellar is flooded (pump 3)', 'zh-CN')).toBe('the cellar is flooded (pump 3)')
  })
})

describe('the engine', () => {
  const sources = globSync('main/**/*.ts', { cwd: join(import.meta.dirname, '../..') }).map((file) => ({
    file,
    text: readFileSync(join(import.meta.dirname, '../..', file), 'utf8'),
  }))
  const written = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ file }) => file)

  it('says by code what is wrong with files', () => {
    const ofFiles = written(/\bthrow new \w+\(\s*(?:['"]|`(?!\$\{say\())|keepWithout\(['"`]/).filter((file) =>
      /^main\/engine\/(?:config|history)\//.test(file),
    )
    expect(ofFiles).toEqual([])
  })

  // A cause and its remedy, both said by code, are joined in one place.
  it.each([
    ['complains of the configuration by code', /\b(?:fault|hint)\(\s*['"`]/, []],
    ['refuses what is asked by code', /new ApiError\(\s*'[\w-]+',\s*['"`](?!\$\{error\.problem\})/, []],
    ['fails jobs by code', failsInWords, []],
    [
      'refuses toolchains by code',
      /new ToolchainProblem\(\s*(?:['"]|`(?!\$\{(?:say\(|problem\}|source\})))/,
      commands,
    ],
    ['says by code what Docker was asked for', /\bdoing: ['"`]/, []],
    ['gives reasons and remedies by code', /\b(?:remedy|because|keptBecause): ['"`][A-Z a-z]/, doctors],
  ])('%s', (_, what, files) =>
    expect(written(what).filter((file) => !files.some((known) => file.startsWith(known)))).toEqual([]),
  )
})
