import { describe, expect, it } from 'vitest'

import { practice, type Practice } from './kit.ts'

async function runningJob(server: Practice) {
  const { id, token } = await server.runningJob()
  const patch = async (range: string | undefined, body: string, headers: Record<string, string> = {}) => {
    const answer = await server.call('PATCH', `/jobs/${id}/trace?debug_trace=false`, {
      body,
      headers: {
        'job-token': token,
        'content-type': 'text/plain',
        ...(range !== undefined && { 'content-range': range }),
        ...headers,
      },
    })
    return {
      status: answer.status,
      range: answer.headers.get('range'),
      jobStatus: answer.headers.get('job-status'),
      interval: answer.headers.get('x-gitlab-trace-update-interval'),
      body: answer.body,
    }
  }
  return { id, token, patch }
}
const stored = (range: string) => ({ status: 202, range, jobStatus: 'running', interval: '3', body: 202 })

describe('a piece of log', () => {
  it('is stored where the log ends; Range in the answer counts bytes', async () => {
    await using server = await practice()
    const { id, patch } = await runningJob(server)
    expect(await patch('0-5', 'hello ')).toEqual(stored('0-6'))
    expect(await patch('6-11', 'world\n')).toEqual(stored('0-12'))
    expect(server.gitlab.job(id).log.toString()).toBe('hello world\n')
  })

  it('that does not fit gets 416 and what the server holds', async () => {
    await using server = await practice()
    const { id, patch } = await runningJob(server)
    await patch('0-5', 'hello ')
    server.gitlab.loseLog(id, 3)
    expect(await patch('6-11', 'world\n')).toEqual({
      status: 416,
      range: '0-3',
      jobStatus: null,
      interval: null,
      body: { error: '416 Range Not Satisfiable' },
    })
    expect(await patch('3-11', 'lo world\n')).toEqual(stored('0-12'))
  })

  it('sent a second time is stored once', async () => {
    await using server = await practice()
    const { id, patch } = await runningJob(server)
    expect([await patch('0-5', 'hello '), await patch('0-5', 'hello ')]).toEqual([
      stored('0-6'),
      stored('0-6'),
    ])
    expect(server.gitlab.job(id).log.toString()).toBe('hello ')
  })

  it('without Content-Range gets 400', async () => {
    await using server = await practice()
    const { patch } = await runningJob(server)
    expect(await patch(undefined, 'x')).toMatchObject({
      status: 400,
      body: { error: '400 Missing header Content-Range' },
    })
  })

  it('of a wrong token, or of a job that is over, gets 403', async () => {
    await using server = await practice()
    const { id, token, patch } = await runningJob(server)
    expect(await patch('0-0', 'x', { 'job-token': 'glcbt-wrong' })).toMatchObject({
      status: 403,
      jobStatus: null,
    })
    await server.call('PUT', `/jobs/${id}`, { body: { token, state: 'failed' } })
    expect(await patch('0-0', 'x')).toMatchObject({
      status: 403,
      jobStatus: 'failed',
      body: { message: '403 Forbidden - Job is not processing on runner' },
    })
  })

  it('is still welcome, with a hint, while the job is being canceled', async () => {
    await using server = await practice()
    const { id, patch } = await runningJob(server)
    server.gitlab.cancelJob(id)
    expect(await patch('0-0', 'x')).toEqual({ ...stored('0-1'), jobStatus: 'canceling' })
  })

  it('over the limit fails the job', async () => {
    await using server = await practice({ maxTraceBytes: 10 })
    const { id, patch } = await runningJob(server)
    expect((await patch('0-9', '0123456789')).status).toBe(202)
    expect(await patch('10-10', 'x')).toMatchObject({ status: 403, body: { error: '403 Forbidden' } })
    expect(server.gitlab.job(id)).toMatchObject({ status: 'failed', failureReason: 'trace_size_exceeded' })
  })

  it('is answered with the interval asked for', async () => {
    await using server = await practice({ traceUpdateInterval: 60 })
    const { patch } = await runningJob(server)
    expect((await patch('0-0', 'x')).interval).toBe('60')
    server.gitlab.behaviour.traceUpdateInterval = 7
    expect((await patch('1-1', 'x')).interval).toBe('7')
  })
})

it('notices what no runner should send', async () => {
  await using server = await practice()
  const { patch } = await runningJob(server)
  await patch('0-6', 'hello ')
  await patch('bytes 6-7/9', 'wo', { 'content-type': 'application/json' })
  const noticed = server.gitlab.events.flatMap((event) =>
    event.type === 'oddity-noticed' ? [event.what] : [],
  )
  expect(noticed).toEqual([
    'Content-Range ends at 6, its body at 5',
    'Content-Range is not <start>-<end>: bytes 6-7/9',
    'a piece of log of type application/json',
  ])
})
