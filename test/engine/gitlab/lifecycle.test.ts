import { describe, expect, it } from 'vitest'

import {
  registerRunner,
  resetToken,
  resetTokenByAccess,
  unregisterManager,
  unregisterRunner,
  verifyRunner,
} from '../../../main/engine/gitlab/lifecycle.ts'
import { clientInfo, runnerInfo } from '../../../main/engine/gitlab/runner-info.ts'
import { reachServer } from '../../../main/engine/gitlab/server.ts'
import { aRunner, hastyClock, never, silent, transportTo } from './kit.ts'
import { scriptedServer, type Reply } from './scripted-server.ts'

const registration = {
  registrationToken: 'GR1348941abc',
  description: 'docker-01',
  maintenanceNote: '',
  tags: ['docker', 'linux'],
  runUntagged: false,
  locked: true,
  accessLevel: 'not_protected',
  maximumTimeout: 3600,
  paused: false,
} as const

describe('legacy registration', () => {
  it('exchanges the registration token for a runner', async () => {
    await using server = await scriptedServer([
      { status: 201, json: { id: 12, token: 'glrtr-new', token_expires_at: '2027-01-02T03:04:05.000Z' } },
    ])
    await using transport = transportTo(server.url)
    const answer = await registerRunner(transport, registration, never)
    const [seen] = server.requests
    expect(answer).toEqual({
      kind: 'registered',
      id: 12,
      token: 'glrtr-new',
      expiresAt: new Date('2027-01-02T03:04:05Z'),
    })
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/api/v4/runners',
      headers: { 'runner-token': 'GR1348941abc' },
    })
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      description: 'docker-01',
      tag_list: 'docker,linux',
      run_untagged: false,
      locked: true,
      access_level: 'not_protected',
      maximum_timeout: 3600,
      paused: false,
      info: clientInfo(),
      token: 'GR1348941abc',
    })
  })

  it('leaves to GitLab what is not said, and claims no executor', async () => {
    await using server = await scriptedServer([{ status: 201, json: { id: 12, token: 't' } }])
    await using transport = transportTo(server.url)
    await registerRunner(
      transport,
      { ...registration, description: '', tags: [], accessLevel: '', maximumTimeout: 0 },
      never,
    )
    const body = JSON.parse(server.requests[0]?.body ?? '') as { readonly info: object }
    expect(Object.keys(body)).toEqual(['run_untagged', 'locked', 'paused', 'info', 'token'])
    expect(Object.keys(body.info)).not.toContain('executor')
  })

  it.each<{ readonly reply: Reply; readonly answer: object }>([
    {
      reply: { status: 403 },
      answer: { kind: 'refused', problem: expect.stringContaining('does not know this registration token') },
    },
    {
      reply: { status: 410 },
      answer: { kind: 'refused', problem: expect.stringContaining('create the runner in GitLab') },
    },
    {
      reply: { status: 400, json: { message: { tags_list: ['can not be empty'] } } },
      answer: { kind: 'refused', problem: expect.stringContaining('(tags_list: can not be empty)') },
    },
    { reply: { status: 502 }, answer: { kind: 'unavailable', problem: expect.stringContaining('502') } },
    {
      reply: 'reset',
      answer: { kind: 'unavailable', problem: expect.stringContaining('closed the connection') },
    },
    {
      reply: { status: 201, json: { id: 'x' } },
      answer: { kind: 'unavailable', problem: expect.stringContaining('something unexpected (id:') },
    },
    {
      reply: { status: 201, json: { id: 1, token: 't', token_expires_at: 'soon' } },
      answer: { kind: 'unavailable', problem: expect.stringContaining('token_expires_at: must be a date') },
    },
  ])('hears $answer.kind of $reply', async ({ reply, answer }) => {
    await using server = await scriptedServer([reply])
    await using transport = transportTo(server.url)
    expect(await registerRunner(transport, registration, never)).toEqual(answer)
  })
})

describe('verifying a token', () => {
  const info = runnerInfo(aRunner({ url: 'http://x' }), {})
  const runner = { token: 'glrt-t', systemId: 's_0123456789ab', info }

  it('sends who asks, so that GitLab knows this machine', async () => {
    await using server = await scriptedServer([{ status: 200, json: { id: 3, token: 'glrt-t' } }])
    await using transport = transportTo(server.url)
    await verifyRunner(transport, runner, never)
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      info: JSON.parse(JSON.stringify(info)) as unknown,
      token: 'glrt-t',
      system_id: 's_0123456789ab',
    })
  })

  it.each<{ readonly reply: Reply; readonly answer: object }>([
    {
      reply: { status: 200, json: { id: 3, token: 'glrt-t', token_expires_at: null } },
      answer: { kind: 'valid', id: 3, token: 'glrt-t', expiresAt: undefined },
    },
    {
      reply: { status: 200, json: { id: 3, token: 't', token_expires_at: '0001-01-01T00:00:00Z' } },
      answer: { kind: 'valid', id: 3, token: 't', expiresAt: undefined },
    },
    { reply: { status: 200, text: '200' }, answer: { kind: 'valid-without-details' } },
    {
      reply: { status: 403 },
      answer: { kind: 'removed', problem: expect.stringContaining('403 Forbidden') },
    },
    { reply: { status: 422 }, answer: { kind: 'unavailable', problem: expect.stringContaining('422') } },
    { reply: { status: 500 }, answer: { kind: 'unavailable', problem: expect.stringContaining('500') } },
    { reply: 'reset', answer: { kind: 'unavailable', problem: expect.any(String) } },
  ])('hears $answer.kind of $reply', async ({ reply, answer }) => {
    await using server = await scriptedServer([reply])
    await using transport = transportTo(server.url)
    expect(await verifyRunner(transport, runner, never)).toEqual(answer)
  })
})

describe('unregistering', () => {
  it('deletes a legacy runner', async () => {
    await using server = await scriptedServer([{ status: 204 }])
    await using transport = transportTo(server.url)
    expect(await unregisterRunner(transport, 'glrtr-t', never)).toEqual({ kind: 'unregistered' })
    expect(server.requests).toMatchObject([
      { method: 'DELETE', path: '/api/v4/runners', body: '{"token":"glrtr-t"}' },
    ])
  })

  it('removes this machine from the managers of a runner created in GitLab', async () => {
    await using server = await scriptedServer([{ status: 204 }])
    await using transport = transportTo(server.url)
    const answer = await unregisterManager(transport, { token: 'glrt-t', systemId: 's_0123456789ab' }, never)
    expect(answer).toEqual({ kind: 'unregistered' })
    expect(server.requests).toMatchObject([
      {
        method: 'DELETE',
        path: '/api/v4/runners/managers',
        body: '{"token":"glrt-t","system_id":"s_0123456789ab"}',
      },
    ])
  })

  it('is refused where GitLab knows no such manager', async () => {
    await using server = await scriptedServer([{ status: 404 }])
    await using transport = transportTo(server.url)
    expect(await unregisterManager(transport, { token: 'glrt-t', systemId: 's_1' }, never)).toEqual({
      kind: 'refused',
      problem: expect.stringContaining('404 Not Found'),
    })
  })
})

describe('resetting a token', () => {
  it('by the token itself', async () => {
    await using server = await scriptedServer([{ status: 201, json: { token: 'glrt-new' } }])
    await using transport = transportTo(server.url)
    expect(await resetToken(transport, 'glrt-old', never)).toEqual({
      kind: 'reset',
      token: 'glrt-new',
      expiresAt: undefined,
    })
    const [seen] = server.requests
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/api/v4/runners/reset_authentication_token',
      body: '{"token":"glrt-old"}',
    })
    expect(seen?.headers).not.toHaveProperty('runner-token')
  })

  it("by a person's access token", async () => {
    await using server = await scriptedServer([
      { status: 201, json: { token: 'glrt-new', token_expires_at: '2027-01-01T00:00:00Z' } },
    ])
    await using transport = transportTo(server.url)
    const access = { runnerId: 12, accessToken: 'glpat-x' }
    expect(await resetTokenByAccess(transport, access, never)).toEqual({
      kind: 'reset',
      token: 'glrt-new',
      expiresAt: new Date('2027-01-01T00:00:00Z'),
    })
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/api/v4/runners/12/reset_authentication_token',
        headers: { 'private-token': 'glpat-x' },
        body: '',
      },
    ])
  })

  it.each<{ readonly reply: Reply; readonly kind: string }>([
    { reply: { status: 403 }, kind: 'refused' },
    { reply: { status: 503 }, kind: 'unavailable' },
    { reply: 'reset', kind: 'unavailable' },
    { reply: { status: 201, text: '?' }, kind: 'unclear' },
    { reply: { status: 201, json: {} }, kind: 'unclear' },
  ])('hears $kind of $reply', async ({ reply, kind }) => {
    await using server = await scriptedServer([reply])
    await using transport = transportTo(server.url)
    expect(await resetToken(transport, 'glrt-old', never)).toEqual({ kind, problem: expect.any(String) })
  })
})

it('knows a bad url before it asks', () => {
  const about = { certsDir: '/x', env: {}, clock: hastyClock(), logger: silent }
  expect(reachServer({ url: 'gitlab', ...about })).toEqual({
    kind: 'bad-url',
    problem: '"gitlab" is no http or https URL',
  })
})
