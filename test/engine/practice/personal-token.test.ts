import { describe, expect, it } from 'vitest'

import { practice, statusAndBody } from './kit.ts'

describe('creating a runner with a personal access token', () => {
  it('makes a runner whose token begins with glrt-', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const headers = { 'private-token': gitlab.createPersonalToken('create_runner') }
    const body = {
      runner_type: 'instance_type',
      description: 'mine',
      tag_list: ['a', 'b'],
      run_untagged: false,
    }
    expect(statusAndBody(await call('POST', '/user/runners', { headers, body }))).toEqual({
      status: 201,
      body: { id: 1, token: expect.stringMatching(/^glrt-/), token_expires_at: null },
    })
  })

  it.each([
    { body: {}, error: { error: 'runner_type is missing' } },
    { body: { runner_type: 'mine' }, error: { error: 'runner_type does not have a valid value' } },
    { body: { runner_type: 'project_type' }, error: { error: 'project_id is missing' } },
    { body: { runner_type: 'instance_type', paused: 'perhaps' }, error: { error: 'paused is invalid' } },
    {
      body: { runner_type: 'instance_type', maximum_timeout: 599 },
      error: { message: '400 Bad request - Maximum timeout needs to be at least 10 minutes' },
    },
    {
      body: { runner_type: 'instance_type', run_untagged: false },
      error: {
        message:
          '400 Bad request - Tags list can not be empty when runner is not allowed to pick untagged jobs',
      },
    },
  ])('refuses $body', async ({ body, error }) => {
    await using server = await practice()
    const headers = { 'private-token': server.gitlab.createPersonalToken('api') }
    const answer = await server.call('POST', '/user/runners', { headers, body })
    expect(statusAndBody(answer)).toEqual({ status: 400, body: error })
  })

  it('limits a project runner to its project', async () => {
    await using server = await practice()
    const { gitlab, call, requestJob } = server
    const { id } = await gitlab.createProject({ path: 'a/one' })
    await gitlab.createProject({ path: 'a/two' })
    const headers = { 'private-token': gitlab.createPersonalToken('api') }
    const body = { runner_type: 'project_type', project_id: id }
    const { token } = (await call('POST', '/user/runners', { headers, body })).body as { token: string }
    gitlab.enqueue({}, { project: 'a/two' })
    const mine = gitlab.enqueue({}, { project: 'a/one' })
    expect((await requestJob(token)).body.id).toBe(mine.id)
  })
})

describe('managing a runner', () => {
  it('reads, edits, pauses, resets and deletes it', async () => {
    await using server = await practice()
    const { gitlab, call, requestJob } = server
    const headers = { 'private-token': gitlab.createPersonalToken('api') }
    const { id, token } = gitlab.createRunner({ description: 'before' })
    gitlab.enqueue()

    expect((await call('GET', `/runners/${id}`, { headers })).body).toMatchObject({
      description: 'before',
      paused: false,
      status: 'never_contacted',
    })
    const edit = { description: 'after', paused: true, tag_list: 'x,y', maximum_timeout: 600 }
    expect(statusAndBody(await call('PUT', `/runners/${id}`, { headers, body: edit }))).toMatchObject({
      status: 200,
      body: { description: 'after', paused: true, tag_list: ['x', 'y'], maximum_timeout: 600 },
    })
    expect((await requestJob(token)).status).toBe(204)
    await call('PUT', `/runners/${id}`, { headers, body: { paused: false } })
    expect((await requestJob(token)).status).toBe(201)
    expect((await call('GET', `/runners/${id}`, { headers })).body).toMatchObject({ status: 'online' })

    const reset = await call('POST', `/runners/${id}/reset_authentication_token`, { headers })
    expect(statusAndBody(reset)).toEqual({ status: 201, body: { token: gitlab.runner(id).token } })
    expect((await call('DELETE', `/runners/${id}`, { headers })).status).toBe(204)
    expect(statusAndBody(await call('GET', `/runners/${id}`, { headers }))).toEqual({
      status: 404,
      body: { message: '404 Not Found' },
    })
  })

  it.each([
    { body: {}, error: { error: expect.stringMatching(/at least one parameter must be provided$/) } },
    {
      body: { maximum_timeout: 1 },
      error: { message: { maximum_timeout: ['needs to be at least 10 minutes'] } },
    },
  ])('refuses the edit $body', async ({ body, error }) => {
    await using server = await practice()
    const headers = { 'private-token': server.gitlab.createPersonalToken('api') }
    const { id } = server.gitlab.createRunner()
    const answer = await server.call('PUT', `/runners/${id}`, { headers, body })
    expect(statusAndBody(answer)).toEqual({ status: 400, body: error })
  })
})

describe('what a token may do', () => {
  const unauthorized = { message: '401 Unauthorized' }
  const insufficient = expect.objectContaining({ error: 'insufficient_scope' }) as unknown

  it.each([
    { scopes: [], ask: ['GET', '/version'], status: 403, body: insufficient },
    {
      scopes: ['read_user'],
      ask: ['GET', '/version'],
      status: 200,
      body: { version: '19.4.0', revision: expect.any(String) },
    },
    {
      scopes: ['read_user'],
      ask: ['GET', '/user'],
      status: 200,
      body: expect.objectContaining({ username: 'practice' }),
    },
    { scopes: ['create_runner'], ask: ['GET', '/user'], status: 403, body: insufficient },
    { scopes: ['read_api'], ask: ['POST', '/user/runners'], status: 403, body: insufficient },
    { scopes: ['create_runner'], ask: ['DELETE', '/runners/1'], status: 403, body: insufficient },
    { scopes: undefined, ask: ['GET', '/version'], status: 401, body: unauthorized },
    { scopes: undefined, ask: ['POST', '/user/runners'], status: 401, body: unauthorized },
  ] as const)('$scopes: $ask → $status', async ({ scopes, ask, status, body }) => {
    await using server = await practice()
    const token = scopes ? server.gitlab.createPersonalToken(...scopes) : 'glpat-unknown'
    const [method, path] = ask
    expect(statusAndBody(await server.call(method, path, { headers: { 'private-token': token } }))).toEqual({
      status,
      body,
    })
  })
})
