import { describe, expect, it } from 'vitest'

import type { RunnerOptions } from '../../../main/engine/practice/practice-gitlab.ts'
import { allFeatures, held, practice, statusAndBody, type Practice } from './kit.ts'

const cursorOf = (headers: Headers) => headers.get('x-gitlab-last-update')

/** Asks until the answer is 204 with a cursor. */
async function cursorFor({ requestJob }: Practice, token: string) {
  const cursor = cursorOf((await requestJob(token)).headers)
  if (!cursor) throw new Error('no cursor')
  return cursor
}

describe('asking for a job', () => {
  it('hands out the oldest job, once', async () => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    const { token } = gitlab.createRunner()
    const ids = [gitlab.enqueue().id, gitlab.enqueue().id]
    const answers = [await requestJob(token), await requestJob(token), await requestJob(token)]
    expect(answers.map(({ status, body }) => [status, body?.id])).toEqual([
      [201, ids[0]],
      [201, ids[1]],
      [204, undefined],
    ])
  })

  it.each([
    { case: 'a wrong token', body: { token: 'glrt-wrong' }, answer: [403, { message: '403 Forbidden' }] },
    { case: 'no token', body: {}, answer: [400, { error: 'token is missing' }] },
    { case: 'no JSON', body: '{', answer: [400, { error: 'message body does not match declared format' }] },
    {
      case: 'far more than 32 KiB',
      body: { token: 'x'.repeat(5_000_000) },
      answer: [413, 'Request Entity Too Large\n'],
    },
    {
      case: 'more than 32 KiB',
      body: { token: 'x'.repeat(32 * 1024) },
      answer: [413, 'Request Entity Too Large\n'],
    },
  ])('with $case is refused', async ({ body, answer }) => {
    await using server = await practice()
    const { status, body: said } = await server.call('POST', '/jobs/request', { body })
    expect([status, said]).toEqual(answer)
  })

  it('takes a request of exactly 32 KiB', async () => {
    await using server = await practice()
    const { token } = server.gitlab.createRunner()
    const empty = JSON.stringify({ token, filler: '' })
    const body = { token, filler: 'x'.repeat(32 * 1024 - empty.length) }
    expect((await server.call('POST', '/jobs/request', { body })).status).toBe(204)
  })

  it('files a request without system_id under <legacy>', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { id, token } = gitlab.createRunner()
    await call('POST', '/jobs/request', { body: { token } })
    expect(gitlab.runner(id).systemIds).toEqual(['<legacy>'])
  })
})

describe('the queue cursor', () => {
  it('comes with 204 of the server, not with a job', async () => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    const { token } = gitlab.createRunner()
    gitlab.enqueue()
    const answers = [await requestJob(token), await requestJob(token)]
    expect(answers.map(({ status, headers }) => [status, cursorOf(headers)])).toEqual([
      [201, null],
      [204, expect.stringMatching(/^[0-9a-f]{32}$/)],
    ])
  })

  it('holds a request that has the current one until the poll time passes', async () => {
    await using server = await practice()
    const { gitlab, requestJob, clock } = server
    const { token } = gitlab.createRunner()
    const cursor = await cursorFor(server, token)
    const answer = requestJob(token, { last_update: cursor })
    await held(server)
    await clock.advance(50_000)
    const { status, headers } = await answer
    expect([status, cursorOf(headers)]).toEqual([204, null])
  })

  it('wakes a held request for news, but the job costs one more request', async () => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    const { token } = gitlab.createRunner()
    const cursor = await cursorFor(server, token)
    const answer = requestJob(token, { last_update: cursor })
    await held(server)
    const { id } = gitlab.enqueue()
    const woken = await answer
    expect([woken.status, cursorOf(woken.headers)]).toEqual([204, null])
    expect((await requestJob(token, { last_update: cursor })).body.id).toBe(id)
  })

  it('does not wake a runner for a job it may not have', async () => {
    await using server = await practice()
    const { gitlab, requestJob, clock } = server
    const { token } = gitlab.createRunner()
    const answer = requestJob(token, { last_update: await cursorFor(server, token) })
    await held(server)
    gitlab.enqueue({}, { tags: ['gpu'] })
    expect(await Promise.race([answer, clock.advance(49_999).then(() => 'still held')])).toBe('still held')
    await clock.advance(1)
    expect((await answer).status).toBe(204)
  })

  it('is answered at once where nothing is held', async () => {
    await using server = await practice({ longPollSeconds: 0 })
    const { token } = server.gitlab.createRunner()
    const cursor = await cursorFor(server, token)
    const { status, headers } = await server.requestJob(token, { last_update: cursor })
    expect([status, cursorOf(headers)]).toEqual([204, cursor])
  })

  it('comes with the 204 of a paused runner, and pausing and resuming makes it stale', async () => {
    await using server = await practice()
    const { gitlab } = server
    const { id, token } = gitlab.createRunner({ paused: true })
    gitlab.enqueue()
    const cursor = await cursorFor(server, token)
    const answer = server.requestJob(token, { last_update: cursor })
    await held(server)
    gitlab.editRunner(id, { paused: false })
    expect((await answer).status).toBe(204)
    expect((await server.requestJob(token, { last_update: cursor })).status).toBe(201)
  })

  it('lives for an hour', async () => {
    await using server = await practice({ longPollSeconds: 0 })
    const { token } = server.gitlab.createRunner()
    const cursor = await cursorFor(server, token)
    await server.clock.advance(3_600_001)
    expect(await cursorFor(server, token)).not.toBe(cursor)
  })

  it('lets a held request go when its client goes', async () => {
    await using server = await practice()
    const { gitlab, call, clock } = server
    const { token } = gitlab.createRunner()
    const cursor = await cursorFor(server, token)
    const client = new AbortController()
    const answer = call('POST', '/jobs/request', {
      body: { token, last_update: cursor },
      signal: client.signal,
    })
    await held(server)
    client.abort()
    await expect(answer).rejects.toThrow()
    await expect.poll(() => clock.sleepers).toBe(0)
  })
})

describe('who may have a job', () => {
  const job = (tags: readonly string[] = [], isProtected = false) => ({ tags, protected: isProtected })
  it.each<{ runner: RunnerOptions; job: ReturnType<typeof job>; gets: boolean }>([
    { runner: {}, job: job(), gets: true },
    { runner: { tags: ['a', 'b'] }, job: job(['a']), gets: true },
    { runner: { tags: ['a', 'b'] }, job: job(['a', 'b']), gets: true },
    { runner: { tags: ['a'] }, job: job(['a', 'b']), gets: false },
    { runner: {}, job: job(['a']), gets: false },
    { runner: { tags: ['a'], runUntagged: true }, job: job(), gets: true },
    { runner: { tags: ['a'], runUntagged: false }, job: job(), gets: false },
    { runner: { accessLevel: 'ref_protected' }, job: job([], false), gets: false },
    { runner: { accessLevel: 'ref_protected' }, job: job([], true), gets: true },
    { runner: { accessLevel: 'not_protected' }, job: job([], true), gets: true },
    { runner: { paused: true }, job: job(), gets: false },
    { runner: { locked: true }, job: job(), gets: true },
    { runner: { projects: ['a/one'] }, job: job(), gets: true },
    { runner: { projects: ['a/two'] }, job: job(), gets: false },
    { runner: { group: 'a' }, job: job(), gets: true },
    { runner: { group: 'b' }, job: job(), gets: false },
  ])('$runner, $job → $gets', async ({ runner, job, gets }) => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    await gitlab.createProject({ path: 'a/one' })
    await gitlab.createProject({ path: 'a/two' })
    gitlab.enqueue({}, { ...job, project: 'a/one' })
    expect((await requestJob(gitlab.createRunner(runner).token)).status).toBe(gets ? 201 : 204)
  })

  it.each([
    { ofJob: 3600, ofRunner: undefined, timeout: 3600 },
    { ofJob: 3600, ofRunner: 600, timeout: 600 },
    { ofJob: 300, ofRunner: 600, timeout: 300 },
  ])(
    'a job of $ofJob s on a runner of at most $ofRunner s has $timeout s',
    async ({ ofJob, ofRunner, timeout }) => {
      await using server = await practice()
      const { token } = server.gitlab.createRunner({ maximumTimeout: ofRunner })
      server.gitlab.enqueue({ runner_info: { timeout: ofJob } })
      expect((await server.requestJob(token)).body.runner_info.timeout).toBe(timeout)
    },
  )

  it('fails a job whose feature the runner lacks, and hands out the next', async () => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    const { token } = gitlab.createRunner()
    const [needy, plain] = [gitlab.enqueue({}, { requires: ['artifacts_exclude'] }), gitlab.enqueue()]
    const features = { ...allFeatures, artifacts_exclude: false }
    expect((await requestJob(token, { info: { features } })).body.id).toBe(plain.id)
    const { status, failureReason } = gitlab.job(needy.id)
    expect({ status, failureReason }).toEqual({ status: 'failed', failureReason: 'runner_unsupported' })
  })
})

describe('handing out in two phases', () => {
  const handOut = async (server: Practice, info: object = { features: allFeatures }) => {
    const { id } = server.gitlab.enqueue()
    const { token } = (await server.requestJob(server.gitlab.createRunner().token, { info })).body
    const say = async (state: string) => {
      const { status, headers } = await server.call('PUT', `/jobs/${id}`, { body: { token, state } })
      return [status, headers.get('job-status')]
    }
    return { id, token, say }
  }

  it('starts the job when its runner says running', async () => {
    await using server = await practice()
    const { id, say } = await handOut(server)
    expect(server.gitlab.job(id)).toMatchObject({ status: 'pending', waitsForRunner: true })
    expect(await say('running')).toEqual([200, 'running'])
    expect(server.gitlab.job(id)).toMatchObject({ status: 'running', waitsForRunner: false })
    expect(await say('pending')).toEqual([409, 'running'])
  })

  it.each(['success', 'failed', 'lost'])('refuses %s before running', async (state) => {
    await using server = await practice()
    const { say } = await handOut(server)
    expect(await say(state)).toEqual([400, 'pending'])
  })

  it('refuses log and artifacts before running', async () => {
    await using server = await practice()
    const { id, token } = await handOut(server)
    const headers = { 'job-token': token, 'content-range': '0-0', 'content-type': 'text/plain' }
    const answer = await server.call('PATCH', `/jobs/${id}/trace`, { body: 'x', headers })
    expect([answer.status, answer.headers.get('job-status')]).toEqual([403, 'pending'])
  })

  it('fails the job after two minutes without a word, and tries it again', async () => {
    await using server = await practice()
    const { gitlab, clock, requestJob } = server
    const { id, say } = await handOut(server)
    await clock.advance(119_000)
    expect(await say('pending')).toEqual([200, 'pending'])
    await clock.advance(119_999)
    expect(gitlab.job(id).status).toBe('pending')
    await clock.advance(1)
    const { status, failureReason } = gitlab.job(id)
    expect({ status, failureReason }).toEqual({
      status: 'failed',
      failureReason: 'runner_provisioning_timeout',
    })
    expect(await say('running')).toEqual([403, 'failed'])
    expect((await requestJob(gitlab.createRunner().token)).body.id).toBe(id + 1)
  })

  it.each([
    { case: 'the runner does not know of it', options: {}, info: { features: {} } },
    { case: 'the server does not do so', options: { twoPhase: false }, info: { features: allFeatures } },
  ])('is left out when $case', async ({ options, info }) => {
    await using server = await practice(options)
    const { id } = await handOut(server, info)
    expect(server.gitlab.job(id)).toMatchObject({ status: 'running', waitsForRunner: false })
  })
})

describe('jobs made for a test', () => {
  it('lays overrides on a complete payload', async () => {
    await using server = await practice()
    const { gitlab, requestJob } = server
    gitlab.enqueue({ job_info: { name: 'mine' }, image: { name: 'debian' }, git_info: { depth: 3 } })
    const { body } = await requestJob(gitlab.createRunner().token)
    expect(body).toMatchObject({
      job_info: { name: 'mine', stage: 'test' },
      image: { name: 'debian' },
      git_info: { depth: 3, ref: 'main' },
      steps: [{ name: 'script', script: ['true'] }],
    })
  })

  it('hands out any body whatever', async () => {
    await using server = await practice()
    server.gitlab.enqueueRaw(({ id, token }) => `{"id":${id},"token":"${token}","steps":"none"`)
    const { token } = server.gitlab.createRunner()
    const response = await fetch(`${server.gitlab.url}/api/v4/jobs/request`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    expect([response.status, await response.text()]).toEqual([
      201,
      `{"id":1,"token":"${server.gitlab.job(1).token}","steps":"none"`,
    ])
  })
})

it('answers unknown paths and methods as the API does', async () => {
  await using server = await practice()
  const answers = [await server.call('GET', '/none'), await server.call('GET', '/jobs/request')]
  expect(answers.map(statusAndBody)).toEqual([
    { status: 404, body: { error: '404 Not Found' } },
    { status: 405, body: { error: '405 Not Allowed' } },
  ])
})
