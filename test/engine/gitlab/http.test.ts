import { Readable } from 'node:stream'

import { describe, expect, it } from 'vitest'

import { hastyClock, never, transportTo } from './kit.ts'
import { scriptedServer, type Reply } from './scripted-server.ts'

const ask = { method: 'GET', path: 'version' } as const
const ok: Reply = { status: 200, text: 'ok' }

describe('a request', () => {
  it('goes to the API of the configured URL, with the headers GitLab expects', async () => {
    await using server = await scriptedServer([ok])
    await using transport = transportTo(`${server.url}/gitlab/ci/`)
    const response = await transport.send(
      {
        method: 'POST',
        path: 'jobs/7/artifacts',
        query: { expire_in: '1 week', artifact_type: '' },
        token: { header: 'Job-Token', value: 'secret' },
        body: () => 'content',
      },
      never,
    )
    const [seen] = server.requests
    expect({ status: response.status, text: await response.text(), url: response.url }).toEqual({
      status: 200,
      text: 'ok',
      url: `${server.url}/gitlab/api/v4/jobs/7/artifacts`,
    })
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/gitlab/api/v4/jobs/7/artifacts',
      query: { expire_in: '1 week' },
      body: 'content',
      headers: { 'job-token': 'secret', 'content-length': '7' },
    })
    expect(seen?.headers['user-agent']).toMatch(/^gitlab-runner 19\.4\.0 \(drydock .*; \w+\/\w+\)$/)
    expect(seen?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(seen?.query).not.toHaveProperty('artifact_type')
    expect(response.requestId).toBe(seen?.headers['x-request-id'])
  })

  it('sends a stream of unknown length chunked, made anew for every attempt', async () => {
    await using server = await scriptedServer([{ status: 503 }, ok])
    await using transport = transportTo(server.url)
    const response = await transport.send(
      { method: 'POST', path: 'x', body: () => Readable.from(['one ', 'two']) },
      never,
    )
    await response.discard()
    expect(server.requests.map(({ body, headers }) => [body, headers['transfer-encoding']])).toEqual([
      ['one two', 'chunked'],
      ['one two', 'chunked'],
    ])
  })

  it("answers with the server's request id where it has one", async () => {
    await using server = await scriptedServer([{ status: 204, headers: { 'X-Request-Id': 'gitaly-1' } }])
    await using transport = transportTo(server.url)
    const response = await transport.send(ask, never)
    await response.discard()
    expect(response.requestId).toBe('gitaly-1')
  })

  it('streams a response body', async () => {
    await using server = await scriptedServer([{ status: 200, text: 'x'.repeat(300_000) }])
    await using transport = transportTo(server.url)
    const response = await transport.send(ask, never)
    let length = 0
    for await (const chunk of response.body as AsyncIterable<Buffer>) length += chunk.length
    expect(length).toBe(300_000)
  })
})

describe('the retry layer', () => {
  it.each([408, 429, 500, 502, 503, 504, 512, 599])(
    'asks five times when the status is %i',
    async (status) => {
      await using server = await scriptedServer([{ status }])
      const clock = hastyClock()
      await using transport = transportTo(server.url, { clock })
      const response = await transport.send(ask, never)
      await response.discard()
      expect({ status: response.status, asked: server.requests.length, waits: clock.waits }).toEqual({
        status,
        asked: 5,
        waits: [100, 200, 400, 800],
      })
    },
  )

  it.each([200, 204, 400, 401, 403, 404, 409, 413, 416, 422, 501, 505, 511])(
    'takes %i as it is',
    async (status) => {
      await using server = await scriptedServer([{ status }])
      await using transport = transportTo(server.url)
      const response = await transport.send(ask, never)
      await response.discard()
      expect([response.status, server.requests.length]).toEqual([status, 1])
    },
  )

  const start = Date.UTC(2026, 0, 1)
  const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toUTCString()
  it.each([
    {
      name: 'RateLimit-ResetTime first',
      headers: { 'RateLimit-ResetTime': inSeconds(30), 'Retry-After': '7' },
      wait: 30_000,
    },
    {
      name: 'Retry-After when that time is past',
      headers: { 'RateLimit-ResetTime': inSeconds(-30), 'Retry-After': '7' },
      wait: 7000,
    },
    { name: 'Retry-After of nothing', headers: { 'Retry-After': '0' }, wait: 0 },
    { name: 'its own step when Retry-After is a date', headers: { 'Retry-After': inSeconds(30) }, wait: 100 },
    { name: 'a minute at most', headers: { 'Retry-After': '86400' }, wait: 60_000 },
  ])('waits by $name', async ({ headers, wait }) => {
    await using server = await scriptedServer([{ status: 429, headers }, ok])
    const clock = hastyClock(start)
    await using transport = transportTo(server.url, { clock })
    await (await transport.send(ask, never)).discard()
    expect(clock.waits).toEqual([wait])
  })

  it('spreads its steps', async () => {
    await using server = await scriptedServer([{ status: 500 }])
    const clock = hastyClock()
    await using transport = transportTo(server.url, { clock, random: () => 0.5 })
    await (await transport.send(ask, never)).discard()
    expect(clock.waits).toEqual([100, 150, 250, 450])
  })

  it('ends waiting when its signal aborts', async () => {
    await using server = await scriptedServer([{ status: 500 }])
    const stop = new AbortController()
    const sleep = async (_: number, signal?: AbortSignal) => {
      stop.abort(new Error('stopping'))
      signal?.throwIfAborted()
    }
    await using transport = transportTo(server.url, { clock: { ...hastyClock(), sleep } })
    await expect(transport.send(ask, stop.signal)).rejects.toThrow('stopping')
    expect(server.requests).toHaveLength(1)
  })
})

describe('no answer', () => {
  it.each([
    { reply: 'reset', says: /^127\.0\.0\.1:\d+ closed the connection/ },
    { reply: 'hang', says: /^127\.0\.0\.1:\d+ did not answer within 0 s$/ },
  ] as const)('is told when the server does $reply', async ({ reply, says }) => {
    await using server = await scriptedServer([reply])
    await using transport = transportTo(server.url)
    const sent = transport.send({ ...ask, timeout: 200 }, never)
    await expect(sent).rejects.toMatchObject({ name: 'NoAnswer', message: expect.stringMatching(says) })
    expect(server.requests).toHaveLength(1)
  })

  it('is told when the connection breaks within the body', async () => {
    await using server = await scriptedServer(['reset mid-body'])
    await using transport = transportTo(server.url)
    const response = await transport.send(ask, never)
    await expect(response.text()).rejects.toMatchObject({ name: 'NoAnswer' })
  })

  it('is told when nobody listens', async () => {
    const server = await scriptedServer([ok])
    await server[Symbol.asyncDispose]()
    await using transport = transportTo(server.url)
    await expect(transport.send(ask, never)).rejects.toThrow(
      `127.0.0.1:${server.port} refuses the connection`,
    )
  })

  it('is no answer when the caller aborts a hanging request: the reason comes back', async () => {
    await using server = await scriptedServer(['hang'])
    await using transport = transportTo(server.url)
    const stop = new AbortController()
    const sent = transport.send(ask, stop.signal)
    await server.asked()
    stop.abort(new Error('enough'))
    await expect(sent).rejects.toThrow('enough')
  })
})

describe('a redirect', () => {
  const token = { header: 'Job-Token', value: 'secret' } as const

  it('within the origin keeps the token', async () => {
    await using server = await scriptedServer(({ path }) =>
      path === '/moved' ? ok : { status: 302, headers: { Location: '/moved' } },
    )
    await using transport = transportTo(server.url)
    await (await transport.send({ ...ask, token }, never)).discard()
    expect(server.requests.map(({ path, headers }) => [path, headers['job-token']])).toEqual([
      ['/api/v4/version', 'secret'],
      ['/moved', 'secret'],
    ])
  })

  it('to another origin goes without the token, and so does the way back', async () => {
    await using home = await scriptedServer(({ path }) =>
      path === '/back' ? ok : { status: 307, headers: { Location: `${storage.url}/object?sig=1` } },
    )
    await using storage = await scriptedServer(() => ({
      status: 302,
      headers: { Location: `${home.url}/back` },
    }))
    await using transport = transportTo(home.url)
    const response = await transport.send({ ...ask, token }, never)
    await response.discard()
    expect(response.status).toBe(200)
    expect(
      [...storage.requests, home.requests[1]].map((seen) => [seen?.path, seen?.headers['job-token']]),
    ).toEqual([
      ['/object', undefined],
      ['/back', undefined],
    ])
  })

  it('to another origin never takes a body along: the answer is handed to the caller', async () => {
    await using elsewhere = await scriptedServer([ok])
    await using home = await scriptedServer([{ status: 307, headers: { Location: `${elsewhere.url}/x` } }])
    await using transport = transportTo(home.url)
    const response = await transport.send(
      { method: 'POST', path: 'jobs/request', body: () => '{"token":"t"}' },
      never,
    )
    await response.discard()
    expect([response.status, elsewhere.requests]).toEqual([307, []])
  })

  it('that a caller goes on with does not make the token follow to another host', async () => {
    await using elsewhere = await scriptedServer([ok])
    await using transport = transportTo('http://gitlab.test')
    await (await transport.send({ ...ask, token, origin: elsewhere.url }, never)).discard()
    expect(elsewhere.requests.map(({ path, headers }) => [path, headers['job-token']])).toEqual([
      ['/api/v4/version', undefined],
    ])
  })

  it.each([
    { status: 301, becomes: ['GET', ''] },
    { status: 303, becomes: ['GET', ''] },
    { status: 307, becomes: ['POST', 'body'] },
    { status: 308, becomes: ['POST', 'body'] },
  ])('$status of a POST becomes $becomes.0', async ({ status, becomes }) => {
    await using server = await scriptedServer(({ path }) =>
      path === '/moved' ? ok : { status, headers: { Location: '/moved' } },
    )
    await using transport = transportTo(server.url)
    await (await transport.send({ method: 'POST', path: 'x', body: () => 'body' }, never)).discard()
    expect([server.requests[1]?.method, server.requests[1]?.body]).toEqual(becomes)
  })

  it('is followed ten times, not for ever', async () => {
    await using server = await scriptedServer([{ status: 302, headers: { Location: '/again' } }])
    await using transport = transportTo(server.url)
    await expect(transport.send(ask, never)).rejects.toThrow('redirects more than 10 times')
    expect(server.requests).toHaveLength(11)
  })
})
