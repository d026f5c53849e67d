import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { runnerApi } from '../../main/contract/api.ts'
import type { Answer } from '../../main/contract/frames.ts'
import { connect } from '../../main/contract/connect.ts'
import { startLoopback, type Loopback } from '../../main/loopback/loopback.ts'
import { socketWire } from '../../main/loopback/socket-wire.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { hostileFrames } from '../support/hostile-frames.ts'

const token = 'a-token-of-the-test'

let assets: string
let loopback: Loopback & AsyncDisposable

beforeEach(async () => {
  assets = await mkdtemp(join(tmpdir(), 'drydock-loopback-'))
  await writeFile(join(assets, 'index.html'), '<p>the page</p>')
  await mkdir(join(assets, 'assets'))
  await writeFile(join(assets, 'assets', 'main.js'), 'run()')
  loopback = await startLoopback({ api: fakeEngine().api, assets, port: 0, token })
})
afterEach(async () => {
  await loopback[Symbol.asyncDispose]()
  await rm(assets, { recursive: true })
})

describe('a browser', () => {
  it('shows the token once, gets a cookie, and goes on with a clean address', async () => {
    const entered = await get(`/?token=${token}`)
    expect({ status: entered.status, location: entered.headers['location'], body: entered.body }).toEqual({
      status: 303,
      location: '/',
      body: '',
    })
    const [cookie = ''] = entered.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^drydock-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(cookie).not.toContain(token)
    expect(await get('/', { cookie })).toMatchObject({ status: 200, body: '<p>the page</p>' })
  })

  it.each(['/', '/assets/main.js', '/?token=wrong', '/?token=', '/nothing'])(
    'without it is told how to get in: %s',
    async (path) =>
      expect(await get(path)).toMatchObject({
        status: 401,
        body: expect.stringContaining('Drydock is locked'),
      }),
  )

  it('keeps what carries a hash in its name, and asks for the page again each time', async () => {
    const cookie = await enter()
    const cacheOf = async (path: string) => (await get(path, { cookie })).headers['cache-control']
    expect([await cacheOf('/'), await cacheOf('/assets/main.js')]).toEqual([
      'no-store',
      'private, max-age=31536000, immutable',
    ])
  })

  it('is told which command builds the page where there is none', async () => {
    const cookie = await enter()
    await rm(join(assets, 'index.html'))
    const answer = await get('/', { cookie })
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('npm run build') })
  })

  it('may load nothing but what the policy names', async () => {
    const { headers } = await get('/', { cookie: await enter() })
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([
    ['a name that someone pointed at this machine', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
  ])('coming by %s is refused', async (_, headers) =>
    expect(await get('/', { cookie: await enter(), ...headers })).toMatchObject({ status: 403 }),
  )

  it('can only read', async () => {
    const cookie = await enter()
    const statuses = await Promise.all(
      ['POST', 'PUT', 'DELETE', 'OPTIONS'].map(async (method) => (await get('/', { cookie }, method)).status),
    )
    expect(statuses).toEqual([405, 405, 405, 405])
  })
})

describe('anyone on this machine', () => {
  it('may ask whether it is well', async () =>
    expect(await get('/health')).toMatchObject({ status: 200, body: '{"status":"ok"}\n' }))
})

describe('the WebSocket', () => {
  it('carries the API', async () => {
    const socket = await open({ cookie: await enter(), origin: loopback.origin })
    const api = connect(runnerApi, socketWire(socket))
    const { total } = await api.findJobs({})
    expect(total).toBeGreaterThan(10)
    socket.terminate()
  })

  it('survives a frame that is too large', async () => {
    const headers = { cookie: await enter(), origin: loopback.origin }
    const flooded = await open(headers)
    flooded.send('x'.repeat(2 * 1024 * 1024))
    await once(flooded, 'close')
    const socket = await open(headers)
    expect((await connect(runnerApi, socketWire(socket)).findJobs({})).total).toBeGreaterThan(10)
    socket.terminate()
  })

  it('answers 10,000 hostile frames with typed failures, and others go on', async () => {
    const headers = { cookie: await enter(), origin: loopback.origin }
    const hostile = await open(headers)
    const answers: Answer[] = []
    hostile.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString()) as Answer))
    for (const frame of hostileFrames(9900)) hostile.send(JSON.stringify(frame))
    for (let count = 0; count < 100; count++)
      hostile.send(count % 2 === 0 ? `{"id":${count}` : Buffer.alloc(9, 0xff))
    await expect.poll(() => answers.length).toBeGreaterThan(5000)
    const codes = new Set(answers.flatMap((answer) => (answer.type === 'failure' ? [answer.code] : [])))
    hostile.terminate()
    const socket = await open(headers)
    const { total } = await connect(runnerApi, socketWire(socket)).findJobs({})
    socket.terminate()
    expect([codes.has('internal'), total > 10]).toEqual([false, true])
  })

  it.each([
    ['without a cookie', { cookie: '' }, '/api'],
    ['with a made-up cookie', { cookie: 'drydock-1=guess' }, '/api'],
    ['from a page of another origin', { origin: 'https://evil.example' }, '/api'],
    ['from no page at all', { origin: '' }, '/api'],
    ['by another name', { host: 'evil.example' }, '/api'],
    ['at another path', {}, '/'],
  ])('refuses to open %s', async (_, headers, path) => {
    const good = { cookie: await enter(), origin: loopback.origin }
    const given = Object.entries({ ...good, ...headers }).filter(([, value]) => value !== '')
    await expect(open(Object.fromEntries(given), path)).rejects.toThrow('403')
  })
})

it('asks for a token that cannot be guessed', async () => {
  const short = startLoopback({ api: fakeEngine().api, assets, port: 0, token: 'short' })
  await expect(short).rejects.toThrow('shorter than 16')
})

async function enter(): Promise<string> {
  const { headers } = await get(`/?token=${token}`)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

async function open(headers: Record<string, string>, path = '/api'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${loopback.port}${path}`, { headers })
  await once(socket, 'open')
  return socket
}

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = httpRequest({ host: '127.0.0.1', port: loopback.port, path, headers, method })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks = await response.toArray()
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }
}
