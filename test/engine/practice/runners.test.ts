import { describe, expect, it } from 'vitest'

import { practice, statusAndBody, systemId } from './kit.ts'

const forbidden = { status: 403, body: { message: '403 Forbidden' } }

describe('registering with a registration token', () => {
  it('answers id, token and expiry, and the runner is as asked for', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const body = {
      token: gitlab.registrationToken,
      description: 'docker-01',
      tag_list: 'docker, linux',
      run_untagged: false,
      locked: true,
      maximum_timeout: 3600,
      info: { name: 'gitlab-runner' },
    }
    expect(statusAndBody(await call('POST', '/runners', { body }))).toEqual({
      status: 201,
      body: { id: 1, token: expect.stringMatching(/^glrtr-/), token_expires_at: null },
    })
    const { description, tags } = gitlab.runner(1)
    expect({ description, tags }).toEqual({ description: 'docker-01', tags: ['docker', 'linux'] })
  })

  it.each([
    { body: {}, answer: { status: 400, body: { error: 'token is missing' } } },
    {
      body: { token: 'wrong' },
      answer: { status: 403, body: { message: '403 Forbidden - invalid token supplied' } },
    },
    {
      body: { token: 'ours', maximum_timeout: 599 },
      answer: { status: 400, body: { message: { maximum_timeout: ['needs to be at least 10 minutes'] } } },
    },
    {
      body: { token: 'ours', run_untagged: false },
      answer: {
        status: 400,
        body: {
          message: { tags_list: ['can not be empty when runner is not allowed to pick untagged jobs'] },
        },
      },
    },
    {
      body: { token: 'ours', access_level: 'mine' },
      answer: { status: 400, body: { error: 'access_level does not have a valid value' } },
    },
  ])('$body → $answer.status', async ({ body, answer }) => {
    await using server = await practice()
    const { gitlab, call } = server
    const token = body.token === 'ours' ? gitlab.registrationToken : body.token
    expect(statusAndBody(await call('POST', '/runners', { body: { ...body, token } }))).toEqual(answer)
  })

  it('is 410 where registration tokens are disabled', async () => {
    await using server = await practice({ allowRegistrationTokens: false })
    const { gitlab, call } = server
    expect((await call('POST', '/runners', { body: { token: gitlab.registrationToken } })).status).toBe(410)
  })

  it("binds a runner registered with a project's token to that project", async () => {
    await using server = await practice()
    const { gitlab, call, requestJob } = server
    const { registrationToken } = await gitlab.createProject({ path: 'group/ours' })
    await gitlab.createProject({ path: 'group/theirs' })
    const { token } = (await call('POST', '/runners', { body: { token: registrationToken } })).body as {
      token: string
    }
    gitlab.enqueue({}, { project: 'group/theirs' })
    expect((await requestJob(token)).status).toBe(204)
    const { id } = gitlab.enqueue({}, { project: 'group/ours' })
    expect((await requestJob(token)).body.id).toBe(id)
  })
})

describe('verifying', () => {
  it('answers the same triple and makes a note of the process', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { id, token } = gitlab.createRunner()
    expect(
      statusAndBody(await call('POST', '/runners/verify', { body: { token, system_id: systemId } })),
    ).toEqual({ status: 200, body: { id, token, token_expires_at: null } })
    expect(gitlab.runner(id).systemIds).toEqual([systemId])
  })

  it('takes the token from its header too, and is 403 for a wrong one', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { token } = gitlab.createRunner()
    const headers = { 'runner-token': token }
    expect((await call('POST', '/runners/verify', { headers, body: {} })).status).toBe(200)
    expect(statusAndBody(await call('POST', '/runners/verify', { body: { token: 'glrt-x' } }))).toEqual(
      forbidden,
    )
  })

  it('is 403 for a token that has expired', async () => {
    await using server = await practice()
    const { gitlab, call, clock } = server
    const { token } = gitlab.createRunner({ tokenLifetime: 100 })
    const verify = () => call('POST', '/runners/verify', { body: { token } })
    const expiry = new Date(clock.now() + 100_000).toISOString()
    expect(statusAndBody(await verify())).toMatchObject({ status: 200, body: { token_expires_at: expiry } })
    await clock.advance(100_000)
    expect(statusAndBody(await verify())).toEqual(forbidden)
  })
})

describe('unregistering', () => {
  it('deletes a runner by its token', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { token } = gitlab.createRunner()
    expect(statusAndBody(await call('DELETE', '/runners', { body: { token } }))).toEqual({
      status: 204,
      body: undefined,
    })
    expect(gitlab.runners()).toEqual([])
    expect(statusAndBody(await call('DELETE', '/runners', { body: { token } }))).toEqual(forbidden)
  })

  it('removes one process of a runner, never the runner', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { id, token } = gitlab.createRunner()
    await call('POST', '/runners/verify', { body: { token, system_id: systemId } })
    const remove = (body: object) => call('DELETE', '/runners/managers', { body: { token, ...body } })
    const answers = [
      await remove({}),
      await remove({ system_id: systemId }),
      await remove({ system_id: systemId }),
    ]
    expect(answers.map(statusAndBody)).toEqual([
      { status: 400, body: { error: 'system_id is missing' } },
      { status: 204, body: undefined },
      { status: 404, body: { message: '404 Runner Manager Not Found' } },
    ])
    expect(gitlab.runner(id).systemIds).toEqual([])
  })
})

describe('resetting a token', () => {
  it('answers the new token without an expiry when it has none, and the old one is worth nothing', async () => {
    await using server = await practice()
    const { gitlab, call } = server
    const { id, token } = gitlab.createRunner()
    const answer = await call('POST', '/runners/reset_authentication_token', { body: { token } })
    expect(statusAndBody(answer)).toEqual({ status: 201, body: { token: gitlab.runner(id).token } })
    expect(gitlab.runner(id).token).not.toBe(token)
    expect((await call('POST', '/runners/verify', { body: { token } })).status).toBe(403)
  })

  it('starts the lifetime anew', async () => {
    await using server = await practice()
    const { gitlab, call, clock } = server
    const { token } = gitlab.createRunner({ tokenLifetime: 100 })
    await clock.advance(75_000)
    const answer = await call('POST', '/runners/reset_authentication_token', { body: { token } })
    expect(answer.body).toMatchObject({ token_expires_at: new Date(clock.now() + 100_000).toISOString() })
  })
})

it('has no job router', async () => {
  await using server = await practice()
  expect((await server.call('GET', '/runners/router/discovery')).status).toBe(501)
})
