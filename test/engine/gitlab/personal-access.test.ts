import { describe, expect, it } from 'vitest'

import { createPersonalAccess } from '../../../main/engine/gitlab/personal-access.ts'
import { never, transportTo } from './kit.ts'
import { scriptedServer, type Reply } from './scripted-server.ts'

const settings = {
  description: 'workstation',
  tags: ['arm', 'lab'],
  runUntagged: false,
  locked: false,
  accessLevel: 'ref_protected',
  maximumTimeout: 600,
  paused: false,
  maintenanceNote: '',
} as const

/** As `GET /runners/:id` answers, shortened. */
const remote = {
  id: 9,
  description: 'workstation',
  active: true,
  paused: false,
  runner_type: 'project_type',
  online: true,
  status: 'online',
  tag_list: ['arm', 'lab'],
  run_untagged: false,
  locked: false,
  maximum_timeout: null,
  access_level: 'ref_protected',
  contacted_at: '2026-01-01T00:00:00.000Z',
}

describe("a person's access token", () => {
  it('creates a runner', async () => {
    await using server = await scriptedServer([
      { status: 201, json: { id: 9, token: 'glrt-x', token_expires_at: null } },
    ])
    await using transport = transportTo(server.url)
    const access = createPersonalAccess(transport, 'glpat-x')
    expect(await access.createRunner({ type: 'project_type', projectId: 42 }, settings, never)).toEqual({
      kind: 'created',
      id: 9,
      token: 'glrt-x',
      expiresAt: undefined,
    })
    const [seen] = server.requests
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/api/v4/user/runners',
      headers: { 'private-token': 'glpat-x' },
    })
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      runner_type: 'project_type',
      project_id: 42,
      description: 'workstation',
      tag_list: ['arm', 'lab'],
      run_untagged: false,
      locked: false,
      access_level: 'ref_protected',
      maximum_timeout: 600,
      paused: false,
      maintenance_note: '',
    })
  })

  it('reads, edits and deletes it', async () => {
    await using server = await scriptedServer(({ method }) =>
      method === 'DELETE' ? { status: 204 } : { status: 200, json: remote },
    )
    await using transport = transportTo(server.url)
    const access = createPersonalAccess(transport, 'glpat-x')
    const runner = {
      id: 9,
      type: 'project_type',
      description: 'workstation',
      tags: ['arm', 'lab'],
      runUntagged: false,
      locked: false,
      accessLevel: 'ref_protected',
      maximumTimeout: undefined,
      paused: false,
      status: 'online',
      contactedAt: new Date('2026-01-01T00:00:00Z'),
      maintenanceNote: '',
      projects: [],
      groups: [],
      owner: undefined,
    }
    expect([
      await access.readRunner(9, never),
      await access.editRunner(9, { paused: true, maximumTimeout: undefined }, never),
      await access.deleteRunner(9, never),
    ]).toEqual([{ kind: 'found', runner }, { kind: 'edited', runner }, { kind: 'deleted' }])
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['GET', '/api/v4/runners/9', ''],
      ['PUT', '/api/v4/runners/9', '{"maximum_timeout":null,"paused":true}'],
      ['DELETE', '/api/v4/runners/9', ''],
    ])
  })

  it.each<{ readonly reply: Reply; readonly kind: string }>([
    { reply: { status: 401, json: { message: '401 Unauthorized' } }, kind: 'forbidden' },
    { reply: { status: 403, json: { error: 'insufficient_scope' } }, kind: 'forbidden' },
    { reply: { status: 404 }, kind: 'not-found' },
    {
      reply: { status: 400, json: { message: { maximum_timeout: ['needs to be at least 10 minutes'] } } },
      kind: 'refused',
    },
    { reply: { status: 503 }, kind: 'unavailable' },
    { reply: 'reset', kind: 'unavailable' },
    { reply: { status: 200, json: {} }, kind: 'unavailable' },
  ])('hears $kind of $reply', async ({ reply, kind }) => {
    await using server = await scriptedServer([reply])
    await using transport = transportTo(server.url)
    const access = createPersonalAccess(transport, 'glpat-x')
    expect(await access.readRunner(9, never)).toEqual({ kind, problem: expect.any(String) })
  })
})
