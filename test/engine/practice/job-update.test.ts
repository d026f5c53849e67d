import { describe, expect, it } from 'vitest'

import { practice, statusAndBody, type Practice } from './kit.ts'

const crcOfHello = 'crc32:af083b2d' // of "hello world\n", 12 bytes

async function runningJob(server: Practice) {
  const { id, token } = await server.runningJob()
  return {
    id,
    token,
    put: async (body: object) => {
      const { status, headers } = await server.call('PUT', `/jobs/${id}`, { body: { token, ...body } })
      return {
        status,
        jobStatus: headers.get('job-status'),
        interval: headers.get('x-gitlab-trace-update-interval'),
      }
    },
    log: (text: string) =>
      server.call('PATCH', `/jobs/${id}/trace`, {
        body: text,
        headers: {
          'job-token': token,
          'content-range': `0-${text.length - 1}`,
          'content-type': 'text/plain',
        },
      }),
  }
}
const ok = (jobStatus: string) => ({ status: 200, jobStatus, interval: null })

describe('updating a job', () => {
  it.each([
    { update: { state: 'running' }, becomes: { status: 'running' } },
    { update: { state: 'success' }, becomes: { status: 'success' } },
    {
      update: { state: 'failed', failure_reason: 'script_failure', exit_code: 2 },
      becomes: { status: 'failed', failureReason: 'script_failure', exitCode: 2 },
    },
    { update: { state: 'failed' }, becomes: { status: 'failed', failureReason: 'script_failure' } },
    {
      update: { state: 'failed', failure_reason: 'moon_phase' },
      becomes: { status: 'failed', failureReason: 'unknown_failure' },
    },
  ])('$update → $becomes', async ({ update, becomes }) => {
    await using server = await practice()
    const { id, put } = await runningJob(server)
    expect(await put(update)).toEqual(ok(becomes.status))
    const { status, failureReason, exitCode } = server.gitlab.job(id)
    expect({ status, failureReason, exitCode }).toEqual(becomes)
  })

  it.each([
    { update: {}, status: 400 },
    { update: { state: 'asleep' }, status: 400 },
    { update: { state: 'pending' }, status: 409 },
    { update: { state: 'running', exit_code: 'two' }, status: 400 },
  ])('refuses $update with $status', async ({ update, status }) => {
    await using server = await practice()
    const { put } = await runningJob(server)
    expect((await put(update)).status).toBe(status)
  })

  it('is 403 for a wrong token and for a job nobody knows', async () => {
    await using server = await practice()
    const { id, token } = await runningJob(server)
    const answers = [
      await server.call('PUT', `/jobs/${id}`, { body: { token: 'glcbt-wrong', state: 'running' } }),
      await server.call('PUT', '/jobs/999', { body: { token, state: 'running' } }),
      await server.call('PUT', `/jobs/${id}`, { body: { state: 'running' } }),
    ]
    expect(answers.map(statusAndBody)).toEqual([
      { status: 403, body: { message: '403 Forbidden' } },
      { status: 403, body: { message: '403 Forbidden' } },
      { status: 400, body: { error: 'token is missing' } },
    ])
  })

  it('is 403 with the status once the job is over', async () => {
    await using server = await practice()
    const { id, token, put } = await runningJob(server)
    await put({ state: 'success' })
    const answer = await server.call('PUT', `/jobs/${id}`, { body: { token, state: 'success' } })
    expect([answer.status, answer.headers.get('job-status'), answer.body]).toEqual([
      403,
      'success',
      { message: '403 Forbidden - Job is not processing on runner' },
    ])
  })
})

describe('canceling a job', () => {
  it('asks a runner that understands, and ends as canceled whatever it reports', async () => {
    await using server = await practice()
    const { id, put } = await runningJob(server)
    server.gitlab.cancelJob(id)
    expect(await put({ state: 'running' })).toEqual(ok('canceling'))
    expect(await put({ state: 'failed', failure_reason: 'unknown_failure' })).toEqual(ok('canceled'))
  })

  it('ends the job under a runner that does not, or when told so', async () => {
    await using server = await practice()
    const { id, put } = await runningJob(server)
    server.gitlab.cancelJob(id, { graceful: false })
    expect(await put({ state: 'running' })).toEqual({ status: 403, jobStatus: 'canceled', interval: null })
  })

  it('takes a waiting job out of the queue', async () => {
    await using server = await practice()
    const { id } = server.gitlab.enqueue()
    server.gitlab.cancelJob(id)
    expect(server.gitlab.job(id).status).toBe('canceled')
    expect((await server.requestJob(server.gitlab.createRunner().token)).status).toBe(204)
  })
})

it('hears with its next request that the server has dropped the job', async () => {
  await using server = await practice()
  const { id, put } = await runningJob(server)
  server.gitlab.dropJob(id, 'stuck_or_timeout_failure')
  expect(await put({ state: 'running' })).toEqual({ status: 403, jobStatus: 'failed', interval: null })
})

describe('the final update', () => {
  const said = (checksum: string, bytesize: number) => ({ state: 'success', output: { checksum, bytesize } })

  it.each([
    { update: said(crcOfHello, 12), logCheck: 'matches' },
    { update: said('crc32:00000000', 12), logCheck: 'differs' },
    { update: said(crcOfHello, 11), logCheck: 'differs' },
    { update: { state: 'success', checksum: crcOfHello }, logCheck: 'matches' },
    { update: { state: 'success' }, logCheck: 'none' },
  ])('with $update: the log $logCheck', async ({ update, logCheck }) => {
    await using server = await practice()
    const { id, put, log } = await runningJob(server)
    await log('hello world\n')
    expect(await put(update)).toEqual(ok('success'))
    expect(server.gitlab.job(id).logCheck).toBe(logCheck)
  })

  it('gets 202, with growing intervals, while the log is being stored', async () => {
    await using server = await practice({ finalUpdatesDelayed: 3 })
    const { id, put } = await runningJob(server)
    const answers = []
    for (const seconds of [0, 2, 6, 1]) {
      await server.clock.advance(seconds * 1000)
      const { status, interval } = await put({ state: 'success' })
      answers.push([status, interval, server.gitlab.job(id).status])
    }
    expect(answers).toEqual([
      [202, '1', 'running'],
      [202, '2', 'running'],
      [202, '8', 'running'],
      [200, null, 'success'],
    ])
  })

  it('counts after five minutes in any case', async () => {
    await using server = await practice({ finalUpdatesDelayed: 1000 })
    const { put } = await runningJob(server)
    expect((await put({ state: 'success' })).status).toBe(202)
    await server.clock.advance(300_000)
    expect(await put({ state: 'success' })).toEqual(ok('success'))
  })

  it('gets 412 for a wrong checksum where the server minds', async () => {
    await using server = await practice({ refusesWrongChecksum: true })
    const { put, log } = await runningJob(server)
    await log('hello world\n')
    expect((await put(said('crc32:00000000', 12))).status).toBe(412)
    expect(await put(said(crcOfHello, 12))).toEqual(ok('success'))
  })
})

it('tells the story of a job in events', async () => {
  await using server = await practice()
  const { id, put, log } = await runningJob(server)
  await log('hello world\n')
  await put({ state: 'success', output: { checksum: crcOfHello, bytesize: 12 } })
  const story = await server.gitlab.until(() => {
    const { events } = server.gitlab.job(id)
    return events.some(
      (event) =>
        event.type === 'request-answered' &&
        event.method === 'PUT' &&
        event.detail?.kind === 'job-update' &&
        event.detail.state === 'success',
    )
      ? events
      : undefined
  })
  expect(
    story.map((event) => {
      if (event.type === 'job-changed') return event.to
      return event.type === 'request-answered' ? `${event.method} ${event.status}` : event.type
    }),
  ).toEqual([
    'created',
    'pending',
    'job-handed-out',
    'POST 201',
    'running',
    'PUT 200',
    'log-grown',
    'PATCH 202',
    'success',
    'PUT 200',
  ])
})

it('resolves waitForJob by events, and rejects when the job ends otherwise', async () => {
  await using server = await practice()
  const { id, put } = await runningJob(server)
  const finished = server.gitlab.waitForJob(id, 'finished')
  const succeeded = expect(server.gitlab.waitForJob(id, 'success')).rejects.toThrow(
    'Job 1 (test) became failed (script_failure), not success.',
  )
  await put({ state: 'failed' })
  expect((await finished).status).toBe('failed')
  await succeeded
})
