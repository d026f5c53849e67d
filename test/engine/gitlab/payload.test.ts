import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseJob } from '../../../main/engine/gitlab/payload.ts'
import type { Job } from '../../../main/engine/job/job.ts'
import { cpuSeconds } from '../../support/cpu-time.ts'
import { examplePayload } from './example-payload.ts'

const token = 'glcbt-64_kQx3vR9sWbN1mYtZpLfE'

/** The example with members replaced; `null` stands for itself. */
function payloadWith(changes: Readonly<Record<string, unknown>>): unknown {
  return { ...examplePayload(), ...changes }
}

function jobFrom(payload: unknown): Job {
  const parsed = parseJob(payload)
  if (parsed.kind !== 'job') throw new Error(parsed.problem)
  return parsed.job
}

describe("GitLab's example", () => {
  it('becomes a job', () => {
    const unsaid = { public: false, masked: false, file: false, raw: false }
    expect(jobFrom(examplePayload())).toEqual({
      id: 7031,
      token,
      allowGitFetch: true,
      info: {
        name: 'test:unit',
        stage: 'test',
        projectId: 42,
        projectName: 'shop',
        projectFullPath: 'acme/web/shop',
        pipelineId: 912,
        queuedMs: 1730,
      },
      git: {
        repoUrl: `https://gitlab-ci-token:${token}@gitlab.example.com/acme/web/shop.git`,
        objectFormat: 'sha1',
        ref: 'main',
        sha: '9f1c0e2d4b6a8c0e2f4a6b8c0d2e4f60718293a4',
        beforeSha: '0000000000000000000000000000000000000000',
        refspecs: ['+refs/pipelines/912:refs/pipelines/912', '+refs/heads/main:refs/remotes/origin/main'],
        depth: 20,
        protected: true,
      },
      timeout: 3600,
      variables: [
        { ...unsaid, key: 'CI_JOB_ID', value: '7031', public: true },
        { ...unsaid, key: 'CI_PROJECT_PATH', value: 'acme/web/shop', public: true },
        { ...unsaid, key: 'CI_SERVER_HOST', value: 'gitlab.example.com', public: true },
        { ...unsaid, key: 'CI_COMMIT_REF_PROTECTED', value: 'true', public: true },
        { ...unsaid, key: 'CI_JOB_TOKEN', value: token, masked: true },
        { ...unsaid, key: 'DEPLOY_KEY', value: '-----BEGIN…', file: true },
        { ...unsaid, key: 'PRICE', value: '$5', raw: true },
        { ...unsaid, key: 'GIT_STRATEGY', value: 'fetch', public: true },
      ],
      steps: [
        { name: 'script', script: ['npm ci', 'npm test'] },
        { name: 'after_script', script: ['cat junit.xml | head'] },
      ],
      hooks: [{ name: 'pre_get_sources_script', script: ['echo preparing'] }],
      image: {
        name: 'node:22-alpine',
        alias: '',
        entrypoint: [''],
        command: undefined,
        pullPolicies: ['if-not-present'],
        platform: 'linux/amd64',
        user: 'node',
      },
      services: [
        {
          name: 'postgres:17',
          alias: 'db,postgres',
          entrypoint: undefined,
          command: ['postgres', '-c', 'fsync=off'],
          pullPolicies: [],
          platform: undefined,
          user: undefined,
          variables: [{ ...unsaid, key: 'POSTGRES_PASSWORD', value: '$DB_PASS', public: true }],
        },
      ],
      artifacts: [
        {
          name: 'build',
          untracked: false,
          paths: ['dist/'],
          exclude: ['dist/**/*.map'],
          when: 'on_success',
          expireIn: '1 week',
          type: 'archive',
          format: 'zip',
        },
        {
          name: 'junit.xml',
          untracked: false,
          paths: ['junit.xml'],
          exclude: [],
          when: 'always',
          expireIn: '1 week',
          type: 'junit',
          format: 'gzip',
        },
      ],
      caches: [
        {
          key: 'npm-main-protected',
          fallbackKeys: ['npm-protected'],
          policy: 'pull-push',
          when: 'on_success',
          paths: ['.npm/'],
          untracked: false,
        },
      ],
      credentials: [
        { url: 'registry.example.com', username: 'gitlab-ci-token', password: token },
        { url: 'gitlab.example.com:443', username: 'gitlab-ci-token', password: token },
      ],
      dependencies: [
        { id: 7029, name: 'compile', token, artifacts: { filename: 'artifacts.zip', size: 183_204 } },
      ],
      features: {
        traceSections: true,
        tokenMaskPrefixes: ['glpat-'],
        failureReasons: [
          'unknown_failure',
          'script_failure',
          'runner_system_failure',
          'job_execution_timeout',
          'runner_configuration_error',
          'runner_external_dependency_failure',
          'runner_interrupted',
        ],
      },
      unsupported: [],
    })
  })

  it('may come with null wherever nothing is needed', () => {
    const absent = {
      runner_info: null,
      variables: null,
      hooks: null,
      image: null,
      services: null,
      artifacts: null,
      cache: null,
      credentials: null,
      dependencies: null,
      features: null,
      secrets: null,
      inputs: null,
      run: null,
      allow_git_fetch: null,
      policy_options: null,
      something_new: { from: 'a later GitLab' },
    }
    expect(jobFrom(payloadWith(absent))).toMatchObject({
      timeout: 7200,
      allowGitFetch: false,
      variables: [],
      hooks: [],
      image: undefined,
      services: [],
      artifacts: [],
      caches: [],
      credentials: [],
      dependencies: [],
      features: { traceSections: false, tokenMaskPrefixes: [], failureReasons: [] },
      unsupported: [],
    })
  })

  it.each([
    { timeout: 0, becomes: 7200 },
    { timeout: -5, becomes: 7200 },
    { timeout: 60, becomes: 60 },
  ])('with a timeout of $timeout has $becomes seconds', ({ timeout, becomes }) => {
    expect(jobFrom(payloadWith({ runner_info: { timeout } })).timeout).toBe(becomes)
  })

  it('needs no repository when GIT_STRATEGY asks for none', () => {
    const variables = [{ key: 'GIT_STRATEGY', value: 'none' }]
    expect(jobFrom(payloadWith({ git_info: {}, variables })).git).toMatchObject({ repoUrl: '', sha: '' })
  })

  it('takes the first hook of each name, and image users that are numbers', () => {
    const hooks = [
      { name: 'post_get_sources_script', script: ['first'] },
      { name: 'post_get_sources_script', script: ['second'] },
      { name: 'unheard_of', script: ['x'] },
    ]
    const image = { name: 'a', executor_opts: { docker: { user: 1000 } } }
    expect(jobFrom(payloadWith({ hooks, image }))).toMatchObject({
      hooks: [{ name: 'post_get_sources_script', script: ['first'] }],
      image: { user: '1000', platform: undefined },
      unsupported: [],
    })
  })

  it('shows names without control characters', () => {
    const job_info = { name: 'evil\u001b[2J\nname', project_id: 1, project_full_path: 'a/b\u0007' }
    expect(jobFrom(payloadWith({ job_info })).info).toMatchObject({
      name: 'evil [2J name',
      projectFullPath: 'a/b',
    })
  })

  it('leaves path tricks in names that are only shown, or are made safe where they become paths', () => {
    const job_info = { name: '../../etc/passwd', project_id: 1 }
    const cache = [{ key: '../../../root', paths: ['x'] }]
    expect(jobFrom(payloadWith({ job_info, cache }))).toMatchObject({
      info: { name: '../../etc/passwd' },
      caches: [{ key: '../../../root' }],
    })
  })
})

describe('a payload that cannot be run is refused in one sentence', () => {
  const git = examplePayload().git_info
  const [variable] = examplePayload().variables
  it.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ['no job_info', { job_info: null }, 'job_info.name is missing'],
    ['job_info of the wrong type', { job_info: 'x' }, 'job_info: expected object, received string'],
    ['a job without a name', { job_info: { project_id: 1 } }, 'job_info.name is missing'],
    [
      'a name that is a number',
      { job_info: { name: 7, project_id: 1 } },
      'job_info.name: expected string, received number',
    ],
    ['a project without id', { job_info: { name: 'a' } }, 'job_info.project_id is missing'],
    [
      'a negative project',
      { job_info: { name: 'a', project_id: -1 } },
      'job_info.project_id must not be negative',
    ],
    [
      'a fractional project',
      { job_info: { name: 'a', project_id: 1.5 } },
      'job_info.project_id: expected int, received number',
    ],
    ['no git_info', { git_info: undefined }, 'git_info.repo_url is missing'],
    ['git_info as a list', { git_info: [] }, 'git_info: expected object, received array'],
    ['no sha', { git_info: { ...git, sha: '' } }, 'git_info.sha is missing'],
    [
      'a sha that is an option',
      { git_info: { ...git, sha: '--upload-pack=evil' } },
      'git_info.sha must be hexadecimal, but is "--upload-pack=evil"',
    ],
    [
      'a ref that is an option',
      { git_info: { ...git, ref: '--help' } },
      'git_info.ref must be a name of a branch or tag, but is "--help"',
    ],
    [
      'a ref with a line break',
      { git_info: { ...git, ref: 'a\nb' } },
      'git_info.ref must be a name of a branch or tag, but is "a\\nb"',
    ],
    [
      'a refspec that is an option',
      { git_info: { ...git, refspecs: ['--exec=x'] } },
      'git_info.refspecs[0] must be a refspec, but is "--exec=x"',
    ],
    [
      'a repository that is a command',
      { git_info: { ...git, repo_url: 'ext::sh -c evil' } },
      'git_info.repo_url must be an https, http, ssh, git or file URL',
    ],
    [
      'a repository that is an option',
      { git_info: { ...git, repo_url: '--upload-pack=evil' } },
      'git_info.repo_url must be an https, http, ssh, git or file URL',
    ],
    [
      'an unknown hash',
      { git_info: { ...git, repo_object_format: 'md5' } },
      'git_info.repo_object_format: Invalid option: expected one of ""|"sha1"|"sha256"',
    ],
    [
      'a depth in words',
      { git_info: { ...git, depth: 'deep' } },
      'git_info.depth: expected number, received string',
    ],
    ['no steps', { steps: null }, 'steps must hold at least one step'],
    ['steps as a map', { steps: {} }, 'steps: expected array, received object'],
    [
      'a script that is one text',
      { steps: [{ name: 'script', script: 'make' }] },
      'steps[0].script: expected array, received string',
    ],
    [
      'a line that is a number',
      { steps: [{ name: 'script', script: ['a', 5] }] },
      'steps[0].script[1]: expected string, received number',
    ],
    [
      'a step named like a path',
      { steps: [{ name: '../../bin/sh', script: ['x'] }] },
      'steps[0].name must be 1 to 64 letters, digits, "_" or "-", but is "../../bin/sh"',
    ],
    [
      'a step without name',
      { steps: [{ script: ['x'] }] },
      'steps[0].name must be 1 to 64 letters, digits, "_" or "-", but is ""',
    ],
    [
      'a step named for a terminal',
      { steps: [{ name: 'a\u001b[0m', script: ['x'] }] },
      'steps[0].name must be 1 to 64 letters, digits, "_" or "-", but is "a\\u001b[0m"',
    ],
    [
      'a NUL in a script',
      { steps: [{ name: 'script', script: ['a\0b'] }] },
      'steps[0].script must not contain a NUL character',
    ],
    [
      'a NUL in a hook',
      { hooks: [{ name: 'pre_get_sources_script', script: ['\0'] }] },
      'hooks[0].script must not contain a NUL character',
    ],
    ['variables as a map', { variables: { A: 'b' } }, 'variables: expected array, received object'],
    ['a variable that is a text', { variables: ['A=b'] }, 'variables[0]: expected object, received string'],
    ['a variable that is nothing', { variables: [null] }, 'variables[0].key is missing'],
    [
      'a value that is a number',
      { variables: [{ key: 'A', value: 1 }] },
      'variables[0].value: expected string, received number',
    ],
    [
      'a flag in words',
      { variables: [{ ...variable, masked: 'yes' }] },
      'variables[0].masked: expected boolean, received string',
    ],
    [
      'a key with "="',
      { variables: [{ key: 'A=B', value: '' }] },
      'variables[0].key must not contain "=" or control characters, but is "A=B"',
    ],
    [
      'a key with a line break',
      { variables: [{ key: 'A\nB', value: '' }] },
      'variables[0].key must not contain "=" or control characters, but is "A\\nB"',
    ],
    [
      'a NUL in a value',
      { variables: [{ key: 'A', value: 'x\0' }] },
      'variables[0].value (of "A") must not contain a NUL character',
    ],
    [
      'a file variable named like a path',
      { variables: [{ key: '../../etc/cron.d/x', value: '', file: true }] },
      'variables[0].key must be a plain file name, but is "../../etc/cron.d/x"',
    ],
    [
      'a file variable named ..',
      { variables: [{ key: '..', value: '', file: true }] },
      'variables[0].key must be a plain file name, but is ".."',
    ],
    [
      'a long wrong key, cut',
      { variables: [{ key: `${'x'.repeat(200)}=`, value: '' }] },
      `variables[0].key must not contain "=" or control characters, but is "${'x'.repeat(60)}…"`,
    ],
    ['an image that is a text', { image: 'alpine' }, 'image: expected object, received string'],
    [
      'an entrypoint that is a text',
      { image: { name: 'a', entrypoint: 'sh' } },
      'image.entrypoint: expected array, received string',
    ],
    [
      'options that are a text',
      { image: { name: 'a', executor_opts: 'x' } },
      'image.executor_opts: expected record, received string',
    ],
    ['a service without image', { services: [{ alias: 'db' }] }, 'services[0].name is missing'],
    [
      "a service's variable with NUL",
      { services: [{ name: 'a', variables: [{ key: 'A', value: '\0' }] }] },
      'services[0].variables[0].value (of "A") must not contain a NUL character',
    ],
    [
      'an unknown when',
      { artifacts: [{ paths: ['a'], when: 'sometimes' }] },
      'artifacts[0].when: Invalid option: expected one of ""|"on_success"|"on_failure"|"always"',
    ],
    [
      'an unknown format',
      { artifacts: [{ paths: ['a'], artifact_format: 'rar' }] },
      'artifacts[0].artifact_format: Invalid option: expected one of ""|"zip"|"gzip"|"raw"|"zipzstd"|"tarzstd"',
    ],
    [
      'an input of another type',
      { inputs: [{ key: 'a', value: { type: 'number', content: '5' } }] },
      'inputs[0].value: content does not match its type',
    ],
    [
      'a dependency without number',
      { dependencies: [{ id: 'x' }] },
      'dependencies[0].id: expected number, received string',
    ],
    ['several wrong things', { steps: {}, cache: {} }, 'steps: expected array, received object (and 1 more)'],
  ])('%s', (_, changes, problem) => {
    expect(parseJob(payloadWith(changes))).toEqual({
      kind: 'unusable-job',
      id: 7031,
      token,
      problem: `GitLab's job payload cannot be used: ${problem}`,
    })
  })

  it.each([
    ['nothing', undefined, 'the whole of it: expected object, received undefined'],
    ['a list', [], 'the whole of it: expected object, received array'],
    ['no id', { token }, 'id: expected number, received undefined'],
    ['no token', { id: 7 }, 'token: expected string, received undefined'],
    [
      'a token for two headers',
      { id: 7, token: 'a\r\nX-Evil: 1' },
      'token: must be printable characters without spaces',
    ],
  ])('%s cannot even be reported', (_, payload, problem) => {
    expect(parseJob(payload)).toEqual({
      kind: 'no-job',
      problem: `GitLab's job payload cannot be used: ${problem}`,
    })
  })

  it('whatever is changed in it: never an exception, never more than one line', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        null,
        -1,
        1e308,
        '',
        '../../x',
        '\0',
        '--x',
        '\u001b]0;x\u0007',
        [null],
        {},
        [{}],
        '__proto__',
      ),
    )
    const paths = pathsIn(examplePayload())
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 3 }),
        (changes) => {
          let payload: unknown = examplePayload()
          for (const [path, to] of changes) payload = replaced(payload, path, to)
          const parsed = parseJob(payload)
          if (parsed.kind === 'job') return true
          // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
          return parsed.problem.length < 400 && !/[\u0000-\u001f]/.test(parsed.problem)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('what this runner cannot do is named, and the job fails with it', () => {
  const image = (options: unknown) => ({ image: { name: 'a', executor_opts: options } })
  it.each<readonly [string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'native steps',
      { steps: null, run: '[{"name":"a"}]' },
      ['This runner does not run native steps (`run:`); use `script:` instead.'],
    ],
    [
      'run beside script',
      { run: '[]' },
      [
        'This runner does not run native steps (`run:`); use `script:` instead.',
        '`run` and `script` exclude each other.',
      ],
    ],
    [
      'external secrets',
      { secrets: { DB: { vault: { path: 'x' } }, NONE: {}, OLD: null } },
      ['This runner does not fetch secrets from external stores (`secrets:` DB).'],
    ],
    [
      'an unknown executor',
      image({ podman: {} }),
      ['image.executor_opts.podman is no known option; known are docker, kubernetes.'],
    ],
    [
      'an executor named like a member of every object',
      image({ constructor: {} }),
      ['image.executor_opts.constructor is no known option; known are docker, kubernetes.'],
    ],
    [
      'an unknown option',
      image({ docker: { userns: 'host' } }),
      ['image.executor_opts.docker.userns is no known option; known are platform, user.'],
    ],
    [
      'an option of the wrong type',
      image({ docker: { platform: 5 } }),
      ['image.executor_opts.docker.platform must be a text.'],
    ],
    [
      "a service's unknown option",
      { services: [{ name: 'a', executor_opts: { kubernetes: { platform: 'x' } } }] },
      ['services[0].executor_opts.kubernetes.platform is no known option; known are user.'],
    ],
    [
      'a variable no program can be started with',
      { variables: [{ key: 'BIG', value: 'x'.repeat(10_485_760) }] },
      [
        'The variable BIG has 10485760 bytes, but no program can be started with one of more than 128 KiB; make it a variable of type file.',
      ],
    ],
  ])('%s', (_, changes, unsupported) => {
    expect(jobFrom(payloadWith(changes)).unsupported).toEqual(unsupported)
  })

  it('but a file variable may be as large as it likes', () => {
    const variables = [{ key: 'BIG', value: 'x'.repeat(10_485_760), file: true }]
    expect(jobFrom(payloadWith({ variables })).unsupported).toEqual([])
  })
})

describe('inputs', () => {
  const input = (key: string, type: string, content: unknown, sensitive = false) => ({
    key,
    value: { type, content, sensitive },
  })
  const inputs = [
    input('name', 'string', 'a$b'),
    input('count', 'number', 1.5),
    input('on', 'boolean', false),
    input('list', 'array', [1, 'x']),
    input('map', 'struct', { a: null }),
    input('secret', 'string', 's', true),
  ]
  const scriptOf = (line: string, more: Readonly<Record<string, unknown>> = { inputs }) => {
    const job = jobFrom(payloadWith({ steps: [{ name: 'script', script: [line] }], ...more }))
    return { line: job.steps[0]?.script[0], problems: job.inputProblems ?? [] }
  }

  it.each([
    ['echo ${{ job.inputs.name }}', 'echo a$b'],
    ['${{job.inputs.count}}${{ job.inputs.on }}', '1.5false'],
    ['${{ job.inputs.list }} ${{ job.inputs.map }}', '[1,"x"] {"a":null}'],
    ['$NAME ${NAME} {{ x }}', '$NAME ${NAME} {{ x }}'],
  ])('%s → %s', (line, becomes) => {
    expect(scriptOf(line)).toEqual({ line: becomes, problems: [] })
  })

  it.each([
    ['${{ job.inputs.none }}', 'Cannot evaluate ${{ job.inputs.none }}: the job has no input none.'],
    ['${{ job.inputs.secret }}', 'Cannot evaluate ${{ job.inputs.secret }}: the input secret is sensitive.'],
    ['${{ 1 + 1 }}', 'Cannot evaluate ${{ 1 + 1 }}: only job.inputs.NAME is known here.'],
    ['${{ job.inputs.name', 'Cannot evaluate ${{ job.inputs.name: it has no end.'],
  ])('%s fails the job', (line, problem) => {
    expect(scriptOf(line)).toEqual({ line, problems: [problem] })
  })

  it('leave text alone when there are none, or when the flag is off', () => {
    const line = '${{ job.inputs.name }}'
    const off = { inputs, variables: [{ key: 'FF_ENABLE_JOB_INPUTS_INTERPOLATION', value: 'false' }] }
    expect([scriptOf(line, { inputs: [] }), scriptOf(line, off)]).toEqual([
      { line, problems: [] },
      { line, problems: [] },
    ])
  })

  it('reach images, services, artifacts and caches', () => {
    const text = '${{ job.inputs.name }}'
    const job = jobFrom(
      payloadWith({
        inputs,
        image: { name: text, entrypoint: [text], executor_opts: { docker: { user: text } } },
        services: [{ name: text, command: [text] }],
        artifacts: [{ name: text, paths: [text] }],
        cache: [{ key: text, paths: [text], policy: text }],
      }),
    )
    expect(job).toMatchObject({
      image: { name: 'a$b', entrypoint: ['a$b'], user: 'a$b' },
      services: [{ name: 'a$b', command: ['a$b'] }],
      artifacts: [{ name: 'a$b', paths: ['a$b'] }],
      caches: [{ key: 'a$b', paths: ['a$b'], policy: 'a$b' }],
    })
  })

  it('take no longer for a hostile text', () => {
    const line = '${{'.repeat(1_000_000)
    expect(cpuSeconds(() => scriptOf(line))).toBeLessThan(2)
  })
})

type Path = readonly (string | number)[]

function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((element, index) => [index, element] as const)
    : Object.entries(value)
  return [...(at.length > 0 ? [at] : []), ...entries.flatMap(([key, inner]) => pathsIn(inner, [...at, key]))]
}

function replaced(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to
  if (Array.isArray(value))
    return value.map((element, index) => (index === key ? replaced(element, rest, to) : element))
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [key]: replaced((value as Readonly<Record<string, unknown>>)[key], rest, to) }
}
