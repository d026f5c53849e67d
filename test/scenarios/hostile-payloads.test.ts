import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import type { JobPayload } from '../../main/engine/practice/practice-gitlab.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'
import { readableLog } from '../support/scenario-log.ts'

const variable = (key: string, value: unknown, more: object = {}) => ({
  key,
  value,
  public: true,
  masked: false,
  ...more,
})
const noSources = variable('GIT_STRATEGY', 'none')
const step = (more: object = {}) => ({
  name: 'script',
  script: ['echo never'],
  timeout: 60,
  when: 'on_success',
  allow_failure: false,
  ...more,
})

/** What is laid on a valid payload, or made of it. */
type Hostility = object | ((valid: JobPayload) => unknown)

const git = (more: object) => (valid: JobPayload) => ({
  ...valid,
  variables: [variable('GIT_STRATEGY', 'fetch')],
  git_info: { ...valid.git_info, ...more },
})

const hostile: Readonly<Record<string, Hostility>> = {
  'no job_info': { job_info: null },
  'job_info that is a list': { job_info: [] },
  'a name that is a number': (valid) => ({ ...valid, job_info: { ...valid.job_info, name: 7 } }),
  'no name': (valid) => ({ ...valid, job_info: { ...valid.job_info, name: '' } }),
  'a negative project': (valid) => ({ ...valid, job_info: { ...valid.job_info, project_id: -1 } }),
  'no project': (valid) => ({ ...valid, job_info: { ...valid.job_info, project_id: null } }),
  'steps that are text': { steps: 'echo hello' },
  'no steps': { steps: [] },
  'a step whose script is text': { steps: [step({ script: 'echo hello' })] },
  'a step whose script holds a number': { steps: [step({ script: [7] })] },
  'a step whose name climbs': { steps: [step({ name: '../../etc/passwd' })] },
  'a step whose name forges a section': { steps: [step({ name: 'a\r\u001b[0Ksection_end:1:b' })] },
  'a step without a name': { steps: [step({ name: '' })] },
  'a script with NUL': { steps: [step({ script: ['echo a\0b'] })] },
  'variables that are a map': { variables: { A: 'b' } },
  'a variable without a name': { variables: [noSources, variable('', 'x')] },
  'a variable whose value is a map': { variables: [noSources, variable('A', {})] },
  'a variable whose name has an equals sign': { variables: [noSources, variable('A=B', 'x')] },
  'a variable whose name has a line break': { variables: [noSources, variable('A\nB', 'x')] },
  'a file variable that climbs': {
    variables: [noSources, variable('../../../etc/cron.d/x', 'x', { file: true })],
  },
  'a file variable that is a folder': { variables: [noSources, variable('..', 'x', { file: true })] },
  'a variable of 10 MB': { variables: [noSources, variable('HUGE', 'x'.repeat(10_000_000))] },
  'a value with NUL': { variables: [noSources, variable('A', 'a\0b')] },
  'a repository that is an option of git': git({ repo_url: '--upload-pack=touch /tmp/owned' }),
  'a repository that runs a command': git({ repo_url: 'ext::sh -c touch% /tmp/owned' }),
  'a commit that is an option': git({ sha: '--output=/etc/passwd' }),
  'a ref that is an option': git({ ref: '--force' }),
  'a refspec that is an option': git({ refspecs: ['--upload-pack=id'] }),
  'a ref with a line break': git({ ref: 'main\nrm -rf /' }),
  'an unknown hash': git({ repo_object_format: 'md5' }),
  'a clone path outside': { variables: [noSources, variable('GIT_CLONE_PATH', '/etc')] },
  'a clone path that climbs': { variables: [noSources, variable('GIT_CLONE_PATH', '/builds/../etc')] },
  'an image that is a number': { image: 7 },
  'an image whose name is no image': { image: { name: 'UPPER CASE!' } },
  'an image whose name is an option': { image: { name: '--privileged' } },
  'an entrypoint that is a map': { image: { name: 'drydock-test/busybox:1', entrypoint: { a: 1 } } },
  'a service without a name': { services: [{ name: '' }] },
  'services that are text': { services: 'postgres' },
  'native steps': { run: '[{"name":"a","script":"id"}]' },
  'a secret of an external store': { secrets: { DB: { vault: { path: 'x' } } } },
  'artifacts of an unknown format': {
    artifacts: [{ artifact_type: 'archive', artifact_format: 'rar', paths: ['x'] }],
  },
  'features that are a list': { features: [true] },
  'an input that contradicts its type': {
    inputs: [{ key: 'a', value: { type: 'number', content: 'seven' } }],
  },
  'a timeout that is text': (valid) => ({ ...valid, runner_info: { ...valid.runner_info, timeout: 'soon' } }),
}

/** The server cannot be told which job it was; the runner must only go on. */
const nameless: Readonly<Record<string, (valid: JobPayload) => string>> = {
  'no JSON at all': () => '<html>502 Bad Gateway</html>',
  'half of the JSON': (valid) => JSON.stringify(valid).slice(0, 200),
  'an empty body': () => '',
  'a list': () => '[]',
  'no id': (valid) => JSON.stringify({ ...valid, id: undefined }),
  'an id that is text': (valid) => JSON.stringify({ ...valid, id: '../1' }),
  'no token': (valid) => JSON.stringify({ ...valid, token: null }),
  'a token that forges a header': (valid) => JSON.stringify({ ...valid, token: 'a\r\nX-Admin: 1' }),
}

let runner: RunnerUnderTest

beforeAll(async () => {
  runner = await startRunner({
    dockerHost: inject('dockerHost'),
    global: 'concurrent = 4\ncheck_interval = 1',
    gitlab: { longPollSeconds: 0, traceUpdateInterval: 1, leaseSeconds: 1 },
  })
})

afterAll(async () => {
  await runner.engine.finishJobsThenStop()
  const left = await leftOnEngine(inject('dockerHost'), runner)
  await runner[Symbol.asyncDispose]()
  expect(left).toEqual([])
})

describe('a hostile payload ends in one clear failure that is reported', () => {
  it.concurrent.for(Object.entries(hostile))('%s', async ([, hostility], { expect, signal }) => {
    const { gitlab } = runner
    const { id } = gitlab.enqueueRaw((valid) =>
      JSON.stringify(typeof hostility === 'function' ? hostility(valid) : { ...valid, ...hostility }),
    )
    const job = await gitlab.waitForJob(id, 'finished', signal)
    const log = readableLog(job.log)
    const errors = log.split('\n').filter((line) => line.startsWith('ERROR: '))
    expect({ status: job.status, reason: job.failureReason, errors: errors.length }, log).toEqual({
      status: 'failed',
      reason: expect.stringMatching(/^runner_(system_failure|configuration_error)$/),
      errors: 1,
    })
    // A sentence for people: nothing of the program's insides.
    expect(errors[0]).not.toMatch(/undefined|\[object|TypeError|Cannot read|at .*\.ts:/)
    expect(log).not.toMatch(/^never$/m)
  })
})

describe('a payload that names no job is survived', () => {
  it.concurrent.for(Object.entries(nameless))('%s', async ([, write], { signal }) => {
    const { id } = runner.gitlab.enqueueRaw(write)
    await runner.gitlab.waitForJob(id, 'finished', signal)
  })

  it('and the next job runs', async ({ signal }) => {
    const { id } = runner.gitlab.enqueue({ image: { name: 'drydock-test/busybox:1' } })
    await runner.gitlab.waitForJob(id, 'success', signal)
  })
})
