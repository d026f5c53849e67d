import { describe, expect, it } from 'vitest'

import { practice, statusAndBody, type Practice } from './kit.ts'

const ask = ({ call, gitlab }: Practice) =>
  call('POST', '/runners/verify', { body: { token: gitlab.runner(1).token } }).then(
    ({ status }) => status,
    () => 'cut',
  )
async function withRunner() {
  const server = await practice()
  server.gitlab.createRunner()
  return server
}

describe('faults', () => {
  it('refuses connections until it listens again, on the same port', async () => {
    await using server = await withRunner()
    await server.gitlab.faults.refuse()
    const refused = await fetch(server.gitlab.url).catch(
      (error: Error) => (error.cause as { code?: string }).code,
    )
    expect(refused).toBe('ECONNREFUSED')
    await server.gitlab.faults.restore()
    expect(await ask(server)).toBe(200)
  })

  it('refuses for a time', async () => {
    await using server = await withRunner()
    await server.gitlab.faults.refuse({ forSeconds: 30 })
    expect(await ask(server)).toBe('cut')
    await server.clock.advance(30_000)
    await expect.poll(() => ask(server)).toBe(200)
  })

  it('answers what it is told, for a number of requests', async () => {
    await using server = await withRunner()
    const fault = server.gitlab.faults.answer(503, { times: 2, headers: { 'retry-after': '1' } })
    expect([await ask(server), await ask(server), await ask(server), fault.hits]).toEqual([503, 503, 200, 2])
  })

  it('strikes only the requests it is meant for', async () => {
    await using server = await withRunner()
    server.gitlab.faults.answer(500, { method: 'PATCH' })
    server.gitlab.faults.answer(502, { path: /jobs\/request/ })
    expect(await ask(server)).toBe(200)
    expect((await server.requestJob(server.gitlab.runner(1).token)).status).toBe(502)
  })

  it('hangs until it is restored', async () => {
    await using server = await withRunner()
    const fault = server.gitlab.faults.hang()
    const answer = ask(server)
    await expect.poll(() => fault.hits).toBe(1)
    fault.restore()
    expect([await answer, await ask(server)]).toEqual(['cut', 200])
  })

  it('cuts a request before anything is done', async () => {
    await using server = await withRunner()
    server.gitlab.faults.resetRequest({ times: 1 })
    const body = { token: server.gitlab.registrationToken }
    await expect(server.call('POST', '/runners', { body })).rejects.toThrow()
    expect(server.gitlab.runners()).toHaveLength(1)
  })

  it.each(['loseAnswer', 'cutAnswer'] as const)('carries out a request but %s', async (kind) => {
    await using server = await withRunner()
    server.gitlab.faults[kind]({ times: 1 })
    const body = { token: server.gitlab.registrationToken }
    await expect(server.call('POST', '/runners', { body })).rejects.toThrow()
    expect(server.gitlab.runners()).toHaveLength(2)
  })

  it('leaves its mark in the events', async () => {
    await using server = await withRunner()
    server.gitlab.faults.loseAnswer({ times: 1 })
    await ask(server)
    const answered = await server.gitlab.until(() =>
      server.gitlab.events.find((event) => event.type === 'request-answered'),
    )
    expect(answered).toMatchObject({
      path: '/api/v4/runners/verify',
      fault: 'lose-answer',
      status: undefined,
    })
  })

  it('and all else is written down without tokens', async () => {
    await using server = await withRunner()
    const token = server.gitlab.createPersonalToken('api')
    await server.call('GET', `/version?private_token=${token}`)
    await server.requestJob(server.gitlab.runner(1).token)
    const written = JSON.stringify(server.gitlab.events)
    expect([token, server.gitlab.runner(1).token].filter((secret) => written.includes(secret))).toEqual([])
  })

  it('are all ended by restore', async () => {
    await using server = await withRunner()
    const { faults } = server.gitlab
    faults.answer(500)
    faults.hang()
    await faults.refuse()
    await faults.restore()
    expect(statusAndBody(await server.call('GET', '/none')).status).toBe(404)
  })
})
