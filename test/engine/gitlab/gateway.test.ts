import { describe, expect, it } from 'vitest'

import { createGateway, type GatewayOptions } from '../../../main/engine/gitlab/gateway.ts'
import type { JobUpdate, RunnerGateway } from '../../../main/engine/gitlab/port.ts'
import { connectRunner } from '../../../main/engine/gitlab/runner-connection.ts'
import { examplePayload } from './example-payload.ts'
import { aRunner, hastyClock, keptLog, never, silent } from './kit.ts'
import { scriptedServer, type Reply } from './scripted-server.ts'

function gatewayTo(url: string, options: Partial<GatewayOptions> = {}): RunnerGateway & AsyncDisposable {
  const gateway = createGateway({
    runner: aRunner({ url }),
    systemId: 's_0123456789ab',
    certsDir: '/nonexistent',
    env: {},
    clock: hastyClock(),
    logger: silent,
    ...options,
  })
  return { ...gateway, [Symbol.asyncDispose]: () => gateway.close() }
}

const job = { id: 7031, token: 'glcbt-canary' }
const held = { hold: true }

describe('asking for a job', () => {
  it('tells GitLab who asks and what this runner can do', async () => {
    await using server = await scriptedServer([{ status: 204 }])
    const runner = { ...aRunner({ url: server.url }), labels: { os: 'mine' } }
    await using gateway = gatewayTo(server.url, { runner, labels: { os: 'all', site: 'lab' } })
    await gateway.requestJob(held, never)
    const [seen] = server.requests
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/api/v4/jobs/request',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'runner-token': 'glrt-canary',
      },
    })
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      token: 'glrt-canary',
      system_id: 's_0123456789ab',
      info: {
        name: 'gitlab-runner',
        version: '19.4.0',
        revision: expect.stringMatching(/^[0-9a-f]{8}$/),
        platform: expect.any(String),
        architecture: expect.any(String),
        executor: 'docker',
        shell: 'bash',
        config: { gpus: '' },
        labels: { os: 'mine', site: 'lab' },
        features: {
          variables: true,
          image: true,
          services: true,
          artifacts: true,
          cache: true,
          fallback_cache_keys: true,
          shared: false,
          upload_multiple_artifacts: true,
          upload_raw_artifacts: true,
          session: false,
          terminal: false,
          refspecs: true,
          masking: true,
          proxy: false,
          raw_variables: true,
          artifacts_exclude: true,
          multi_build_steps: true,
          trace_reset: true,
          trace_checksum: true,
          trace_size: true,
          vault_secrets: false,
          cancelable: true,
          return_exit_code: true,
          service_variables: true,
          service_multiple_aliases: true,
          image_executor_opts: true,
          service_executor_opts: true,
          cancel_gracefully: true,
          native_steps_integration: false,
          two_phase_job_commit: true,
          job_inputs: true,
        },
      },
    })
  })

  it('answers with the job, the request id and what the job is to trust', async () => {
    await using server = await scriptedServer([
      { status: 201, json: examplePayload(), headers: { 'X-Request-Id': 'gitaly-1' } },
    ])
    await using gateway = gatewayTo(server.url)
    expect(await gateway.requestJob(held, never)).toMatchObject({
      kind: 'job',
      job: { id: 7031, info: { name: 'test:unit' } },
      correlationId: 'gitaly-1',
      tls: {},
    })
  })

  it('remembers the cursor, keeps it where none comes, and leaves it out where GitLab must not hold', async () => {
    const cursors = ['one', undefined, '', 'two']
    await using server = await scriptedServer(() => {
      const cursor = cursors.shift()
      return { status: 204, ...(cursor !== undefined && { headers: { 'X-GitLab-Last-Update': cursor } }) }
    })
    await using gateway = gatewayTo(server.url)
    for (const hold of [true, true, true, true, false, true]) await gateway.requestJob({ hold }, never)
    const sent = server.requests.map(({ body }) => (JSON.parse(body) as { last_update?: string }).last_update)
    expect(sent).toEqual([undefined, 'one', 'one', 'one', undefined, 'two'])
  })

  const url = /^GitLab refuses the runner's token: POST http:\/\/127\.0\.0\.1:\d+\/api\/v4\/jobs\/request: /
  it.each<{ readonly name: string; readonly reply: Reply; readonly answer: object }>([
    { name: 'no job', reply: { status: 204 }, answer: { kind: 'none' } },
    { name: 'a faster runner', reply: { status: 409 }, answer: { kind: 'none' } },
    {
      name: 'a refused token',
      reply: { status: 403, json: { message: '403 Forbidden' } },
      answer: { kind: 'rejected', problem: expect.stringMatching(new RegExp(`${url.source}403 Forbidden$`)) },
    },
    {
      name: 'an orphaned runner',
      reply: { status: 422, json: { message: { runner: ['is orphaned', 'is old'], base: 'x' } } },
      answer: {
        kind: 'unavailable',
        overloaded: false,
        problem: expect.stringMatching(
          /: 422 Unprocessable Entity \(runner: is orphaned; is old, base: x\)$/,
        ),
      },
    },
    {
      name: 'an overload',
      reply: { status: 503 },
      answer: {
        kind: 'unavailable',
        overloaded: true,
        problem: expect.stringContaining('503 Service Unavailable'),
      },
    },
    {
      name: 'a limit',
      reply: { status: 429, json: { error: 'slow\r\ndown' } },
      answer: {
        kind: 'unavailable',
        overloaded: true,
        problem: expect.stringMatching(/429 Too Many Requests \(slow down\)$/),
      },
    },
    {
      name: 'a login page',
      reply: { status: 201, text: '<html>', headers: { 'Content-Type': 'text/html; charset=utf-8' } },
      answer: {
        kind: 'unavailable',
        overloaded: false,
        problem: expect.stringContaining('answered text/html where JSON was due'),
      },
    },
    {
      name: 'half a job',
      reply: 'reset',
      answer: {
        kind: 'unavailable',
        overloaded: false,
        problem: expect.stringMatching(/^GitLab cannot be asked: 127\.0\.0\.1:\d+ closed the connection/),
      },
    },
    {
      name: 'broken JSON',
      reply: { status: 201, text: '{', headers: { 'Content-Type': 'application/json' } },
      answer: { kind: 'unavailable', overloaded: false, problem: expect.stringContaining('broken JSON') },
    },
    {
      name: 'a job without id',
      reply: { status: 201, json: { token: 't' } },
      answer: {
        kind: 'unavailable',
        overloaded: false,
        problem: expect.stringContaining('id: expected number'),
      },
    },
    {
      name: 'a job that makes no sense',
      reply: { status: 201, json: { id: 5, token: 't' } },
      answer: {
        kind: 'unusable-job',
        id: 5,
        token: 't',
        problem: expect.stringContaining('job_info.name is missing'),
      },
    },
    {
      name: 'another address',
      reply: { status: 308, headers: { Location: 'https://user:pw@new.example.com/x?private=1' } },
      answer: {
        kind: 'unavailable',
        overloaded: false,
        problem: expect.stringMatching(
          /308 Permanent Redirect \(redirected to https:\/\/new\.example\.com\/x; set the runner's url to it\)$/,
        ),
      },
    },
  ])('hears of $name', async ({ reply, answer }) => {
    await using server = await scriptedServer([reply])
    await using gateway = gatewayTo(server.url)
    expect(await gateway.requestJob(held, never)).toEqual(answer)
  })

  it.each(['ftp://example.com', 'example.com', ''])('rejects the url "%s" without asking', async (url) => {
    await using gateway = gatewayTo(url)
    expect(await gateway.requestJob(held, never)).toEqual({
      kind: 'rejected',
      problem: `The runner's url "${url}" must be an http or https URL`,
    })
  })

  it('ends with the reason of its signal', async () => {
    await using server = await scriptedServer(['hang'])
    await using gateway = gatewayTo(server.url)
    const stop = new AbortController()
    const asking = gateway.requestJob(held, stop.signal)
    await server.asked()
    stop.abort(new Error('shutting down'))
    await expect(asking).rejects.toThrow('shutting down')
  })
})

describe('updating a job', () => {
  it.each<{ readonly update: JobUpdate; readonly body: object }>([
    { update: { state: 'running' }, body: { state: 'running', output: {} } },
    {
      update: { state: 'running', checksum: 'crc32:00000000', bytesize: 0 },
      body: { state: 'running', checksum: 'crc32:00000000', output: { checksum: 'crc32:00000000' } },
    },
    {
      update: {
        state: 'failed',
        failureReason: 'script_failure',
        exitCode: 2,
        checksum: 'crc32:1d2e3f40',
        bytesize: 18_342,
      },
      body: {
        state: 'failed',
        failure_reason: 'script_failure',
        exit_code: 2,
        checksum: 'crc32:1d2e3f40',
        output: { checksum: 'crc32:1d2e3f40', bytesize: 18_342 },
      },
    },
    { update: { state: 'success', exitCode: 0 }, body: { state: 'success', output: {} } },
  ])('sends $update', async ({ update, body }) => {
    await using server = await scriptedServer([{ status: 200 }])
    await using gateway = gatewayTo(server.url)
    await gateway.updateJob(job, update, never)
    const [seen] = server.requests
    expect(seen).toMatchObject({
      method: 'PUT',
      path: '/api/v4/jobs/7031',
      headers: { 'job-token': job.token, 'content-type': 'application/json' },
    })
    expect(seen?.headers).not.toHaveProperty('accept')
    expect(JSON.parse(seen?.body ?? '')).toEqual({ ...body, token: job.token, info: expect.any(Object) })
  })

  const signal = 'go-on'
  it.each<{ readonly reply: Reply; readonly answer: object }>([
    { reply: { status: 200 }, answer: { kind: 'accepted', signal } },
    { reply: { status: 200, headers: { 'Job-Status': 'running' } }, answer: { kind: 'accepted', signal } },
    {
      reply: { status: 200, headers: { 'Job-Status': 'canceling' } },
      answer: { kind: 'accepted', signal: 'cancel' },
    },
    { reply: { status: 200, headers: { 'Job-Status': 'failed' } }, answer: { kind: 'job-is-over' } },
    { reply: { status: 200, headers: { 'Job-Status': 'canceled' } }, answer: { kind: 'job-is-over' } },
    {
      reply: { status: 200, headers: { 'X-GitLab-Trace-Update-Interval': '60' } },
      answer: { kind: 'accepted', signal, interval: 60 },
    },
    {
      reply: { status: 200, headers: { 'X-GitLab-Trace-Update-Interval': '86400' } },
      answer: { kind: 'accepted', signal, interval: 900 },
    },
    {
      reply: { status: 200, headers: { 'X-GitLab-Trace-Update-Interval': '0' } },
      answer: { kind: 'accepted', signal },
    },
    {
      reply: { status: 200, headers: { 'X-GitLab-Trace-Update-Interval': 'soon' } },
      answer: { kind: 'accepted', signal },
    },
    {
      reply: { status: 202, headers: { 'X-GitLab-Trace-Update-Interval': '4' } },
      answer: { kind: 'not-yet', signal, interval: 4 },
    },
    { reply: { status: 412 }, answer: { kind: 'resend-log', signal } },
    { reply: { status: 403 }, answer: { kind: 'job-is-over' } },
    { reply: { status: 404 }, answer: { kind: 'job-is-over' } },
    {
      reply: { status: 400, json: { message: 'bad' } },
      answer: { kind: 'try-again', signal, problem: expect.stringMatching(/400 Bad Request \(bad\)$/) },
    },
    {
      reply: { status: 409, headers: { 'Job-Status': 'canceling' } },
      answer: { kind: 'try-again', signal: 'cancel', problem: expect.stringContaining('409 Conflict') },
    },
    {
      reply: { status: 502 },
      answer: { kind: 'try-again', away: true, signal, problem: expect.stringContaining('502 Bad Gateway') },
    },
    {
      reply: 'reset',
      answer: {
        kind: 'try-again',
        away: true,
        signal,
        problem: expect.stringContaining('closed the connection'),
      },
    },
  ])('hears $answer.kind of $reply', async ({ reply, answer }) => {
    await using server = await scriptedServer([reply])
    await using gateway = gatewayTo(server.url)
    expect(await gateway.updateJob(job, { state: 'running' }, never)).toEqual(answer)
  })
})

describe('sending a piece of log', () => {
  const piece = (offset: number, text: string) => ({ offset, bytes: Buffer.from(text), debugTrace: false })

  it('says which bytes it sends, the last one included', async () => {
    await using server = await scriptedServer([{ status: 202, headers: { Range: '0-5' } }])
    await using gateway = gatewayTo(server.url)
    await gateway.patchLog(job, piece(0, 'hello'), never)
    await gateway.patchLog(job, { ...piece(5, ' wörl'), debugTrace: true }, never)
    expect(server.requests).toMatchObject([
      {
        method: 'PATCH',
        path: '/api/v4/jobs/7031/trace',
        query: { debug_trace: 'false' },
        body: 'hello',
        headers: {
          'content-range': '0-4',
          'content-type': 'text/plain',
          'content-length': '5',
          'job-token': job.token,
        },
      },
      {
        query: { debug_trace: 'true' },
        body: ' wörl',
        headers: { 'content-range': '5-10', 'content-length': '6' },
      },
    ])
  })

  const signal = 'go-on'
  it.each<{ readonly reply: Reply; readonly answer: object }>([
    { reply: { status: 202, headers: { Range: '0-99' } }, answer: { kind: 'stored', upTo: 11, signal } },
    {
      reply: { status: 202, headers: { 'Job-Status': 'canceling', 'X-GitLab-Trace-Update-Interval': '3' } },
      answer: { kind: 'stored', upTo: 11, signal: 'cancel', interval: 3 },
    },
    { reply: { status: 202, headers: { 'Job-Status': 'canceled' } }, answer: { kind: 'job-is-over' } },
    { reply: { status: 416, headers: { Range: '0-3' } }, answer: { kind: 'resend-from', offset: 3, signal } },
    { reply: { status: 416, headers: { Range: '0-0' } }, answer: { kind: 'resend-from', offset: 0, signal } },
    { reply: { status: 416 }, answer: { kind: 'resend-from', offset: 0, signal } },
    {
      reply: { status: 416, headers: { Range: 'bytes=0-x' } },
      answer: { kind: 'resend-from', offset: 0, signal },
    },
    { reply: { status: 404 }, answer: { kind: 'not-found', signal } },
    { reply: { status: 403 }, answer: { kind: 'job-is-over' } },
    {
      reply: { status: 400 },
      answer: { kind: 'try-again', signal, problem: expect.stringContaining('400 Bad Request') },
    },
    {
      reply: { status: 500 },
      answer: {
        kind: 'try-again',
        away: true,
        signal,
        problem: expect.stringContaining('500 Internal Server Error'),
      },
    },
    {
      reply: 'reset',
      answer: {
        kind: 'try-again',
        away: true,
        signal,
        problem: expect.stringContaining('closed the connection'),
      },
    },
  ])('hears $answer.kind of $reply', async ({ reply, answer }) => {
    await using server = await scriptedServer([reply])
    await using gateway = gatewayTo(server.url)
    expect(await gateway.patchLog(job, piece(5, ' world'), never)).toEqual(answer)
  })
})

it('asks for jobs and artifacts over the same connections', async () => {
  await using server = await scriptedServer([{ status: 204 }])
  const { gateway, artifacts } = connectRunner({
    runner: aRunner({ url: server.url }),
    systemId: 's_0123456789ab',
    certsDir: '/nonexistent',
    env: {},
    clock: hastyClock(),
    logger: silent,
  })
  await gateway.requestJob(held, never)
  const download = await artifacts.download(job, 'gitlab', never)
  await gateway.close()
  expect([server.connections, download.kind]).toEqual([1, 'refused'])
})

it('never tells a token, neither to the log nor in a problem, even when the server repeats it', async () => {
  const { logger, lines } = keptLog()
  const problems: unknown[] = []
  for (const status of [400, 403, 429, 500, 302]) {
    await using server = await scriptedServer(({ headers, body }) => {
      const token = String(headers['runner-token'] ?? headers['job-token'])
      return {
        status,
        json: { message: `no ${token} ${body.slice(-200)}` },
        headers: { Location: `/x/${token}?token=${token}` },
      }
    })
    await using gateway = gatewayTo(server.url, { logger })
    problems.push(
      await gateway.requestJob(held, never),
      await gateway.updateJob(job, { state: 'running' }, never),
      await gateway.patchLog(job, { offset: 0, bytes: Buffer.from('x'), debugTrace: false }, never),
    )
  }
  expect(lines.length).toBeGreaterThan(0)
  expect(JSON.stringify([lines, problems])).not.toContain('canary')
})
