import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseDuration } from '../../../main/engine/practice/pipeline/duration.ts'
import { parsePipelineFile, PipelineFileError } from '../../../main/engine/practice/pipeline/pipeline-file.ts'

/** The messages of a file's problems, without the file's name. */
function problemsOf(text: string) {
  try {
    parsePipelineFile(text)
    return []
  } catch (error) {
    if (!(error instanceof PipelineFileError)) throw error
    return error.message.split('\n').map((line) => line.replace('.gitlab-ci.yml:', ''))
  }
}
const jobIn = (text: string) => parsePipelineFile(text).jobs[0]

describe('a pipeline file', () => {
  it('is read with what default and the top of the file say', () => {
    const text = `
      stages: [build, check]
      variables: { A: 1, B: { value: $A, expand: false } }
      image: debian
      default:
        tags: [linux]
        before_script: [echo before]
        timeout: 1h 30m
      look:
        stage: check
        image: { name: alpine, entrypoint: [""], pull_policy: never, docker: { user: "1000" } }
        before_script: []
        script: look
        needs: [{ job: make, artifacts: false }]
        allow_failure: { exit_codes: [2, 3] }
      make:
        stage: build
        script:
          - make
          - [make check, [make install]]
        after_script: echo bye
        services: [postgres, { name: redis, alias: cache }]
        artifacts: { paths: [out], expire_in: 1 week, reports: { junit: r.xml } }
        cache: { key: k, paths: [.npm] }`
    const { stages, variables, jobs } = parsePipelineFile(text)
    expect({ stages, variables }).toEqual({
      stages: ['.pre', 'build', 'check', '.post'],
      variables: [
        { key: 'A', value: '1', raw: false },
        { key: 'B', value: '$A', raw: true },
      ],
    })
    expect(jobs).toEqual([
      {
        name: 'make',
        stage: 'build',
        image: { name: 'debian' },
        services: [{ name: 'postgres' }, { name: 'redis', alias: 'cache' }],
        variables: [],
        script: ['echo before', 'make', 'make check', 'make install'],
        afterScript: ['echo bye'],
        preGetSources: [],
        tags: ['linux'],
        artifacts: {
          paths: ['out'],
          untracked: false,
          when: 'on_success',
          expire_in: '1 week',
          reports: [{ type: 'junit', paths: ['r.xml'] }],
        },
        caches: [
          {
            key: 'k',
            fallback_keys: [],
            paths: ['.npm'],
            untracked: false,
            policy: 'pull-push',
            when: 'on_success',
            unprotect: false,
          },
        ],
        timeout: 5400,
        allowFailure: false,
        when: 'on_success',
      },
      {
        name: 'look',
        stage: 'check',
        image: { name: 'alpine', entrypoint: [''], pull_policy: ['never'], docker: { user: '1000' } },
        services: [],
        variables: [],
        script: ['look'],
        afterScript: [],
        preGetSources: [],
        tags: ['linux'],
        caches: [],
        needs: [{ job: 'make', artifacts: false }],
        timeout: 5400,
        allowFailure: [2, 3],
        when: 'on_success',
      },
    ])
  })

  it('may use anchors and templates with a leading dot', () => {
    const text = '.base: &base\n  image: debian\nbuild:\n  <<: *base\n  script: make\n'
    expect(jobIn(text)).toMatchObject({ name: 'build', image: { name: 'debian' }, stage: 'test' })
  })

  it('lets a manual job be left alone unless it says otherwise', () => {
    expect([
      jobIn('a: { script: x, when: manual }')?.allowFailure,
      jobIn('a: { script: x, when: manual, allow_failure: false }')?.allowFailure,
    ]).toEqual([true, false])
  })

  it('takes yes, no, on and off for booleans, y and n for texts', () => {
    const text =
      'a: { script: x, artifacts: { untracked: yes }, variables: { A: y, B: n }, allow_failure: off }'
    expect(jobIn(text)).toMatchObject({
      artifacts: { untracked: true },
      variables: [{ value: 'y' }, { value: 'n' }],
      allowFailure: false,
    })
  })

  const unknown = 'the practice GitLab does not know this key'
  it.each([
    ['include: other.yml\na:\n  script: x', [`1: include: ${unknown}`]],
    ['a:\n  script: x\n  rules: []', [`3: a.rules: ${unknown}`]],
    ['a:\n  script: x\n  image:\n    name: y\n    foo: z', [`5: a.image.foo: ${unknown}`]],
    ['a:\n  script: x\n  cache:\n    - paths: [y]\n      kee: z', [`5: a.cache.0.kee: ${unknown}`]],
    ['a:\n  script: x\n  needs:\n    - { job: a, pipeline: 3 }', [`4: a.needs.0.pipeline: ${unknown}`]],
    [
      'a:\n  script: x\n  artifacts:\n    reports:\n      moon: y',
      [`5: a.artifacts.reports.moon: ${unknown}`],
    ],
    ['.b: &b\n  foo: 1\na:\n  <<: *b\n  script: x', [`3: a.foo: ${unknown}`]],
    [
      'a:\n  stage: moon\n  script: x',
      ['2: a.stage: there is no stage "moon"; the stages are .pre, build, test, deploy, .post'],
    ],
    ['a:\n  script: x\n  timeout: soon', ['3: a.timeout: must be a duration, such as "1h 30m"']],
    ['a:\n  script: x\n  needs: [b]', ['3: a.needs.0: there is no job "b"']],
    [
      'a:\n  script: x\n  dependencies: [b]\nb:\n  script: y',
      ['3: a.dependencies.0: "b" is not in an earlier stage'],
    ],
    [
      'a:\n  script: x\n  needs: [b]\nb:\n  script: y\n  needs: [a]',
      [
        '3: a.needs: the job needs itself, directly or by others',
        '6: b.needs: the job needs itself, directly or by others',
      ],
    ],
    ['a:\n  script: []', ['2: a.script: the script is empty']],
    [
      'image: x\ndefault:\n  image: y\na:\n  script: z',
      ['1: image: image is set here and under default; keep one'],
    ],
    [
      'variables:\n  A: true\na:\n  script: x',
      ['2: variables.A.value: must be a text or a number; quote true, false, yes, no and dates'],
    ],
    ['.a:\n  script: x', ['1: there is no job in this file']],
    ['- a', ['1: the file must be a map of jobs']],
    [
      'a:\n  script: [',
      [
        '2: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 12:',
      ],
    ],
  ])('%j is refused', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  it('is refused with a tag nobody knows, and with aliases that multiply', () => {
    expect(problemsOf('a:\n  script:\n    - !reference [.b, script]')).toEqual([
      '3: Unresolved tag: !reference at line 3, column 7:',
    ])
    const levels = ['b', 'c', 'd', 'e'].map((name, index) => {
      const below = 'abcd'.charAt(index)
      return `.${name}: &${name} [${`*${below}, `.repeat(9)}*${below}]`
    })
    expect(problemsOf(`.a: &a [x]\n${levels.join('\n')}\nf:\n  script: *e\n`)).toEqual([
      '1: Excessive alias count indicates a resource exhaustion attack',
    ])
  })

  it('never fails but by naming what is wrong, whatever it holds', () => {
    const words =
      'a script image name stages needs variables cache artifacts default when reports junit .pre << __proto__ timeout tags paths x'
    const word = fc.constantFrom(...words.split(' '))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      map: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(value, (content) => void problemsOf(JSON.stringify(content))),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.string(), (text) => void problemsOf(text)),
      { numRuns: 500 },
    )
  })

  it('says what is wrong with a job without a script, and a script that is none', () => {
    expect(
      problemsOf('a:\n  stage: test\nb:\n  script:\n    - x: y').map((problem) => problem.slice(0, 30)),
    ).toEqual(['1: a.script: must be a command', '4: b.script: must be a command'])
  })
})

it.each([
  ['90', 90],
  ['1h 30m', 5400],
  ['2 hours and 20 minutes', 8400],
  ['1 week', 604_800],
  ['1.5 hours', 5400],
  ['3 mins 4 sec', 184],
  ['1 mo', 2_592_000],
  ['soon', undefined],
  ['1 hour ago', undefined],
  ['', undefined],
])('the duration %j is %s s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})
