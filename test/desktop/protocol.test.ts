import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { answerAppRequest } from '../../main/desktop/protocol.ts'
import { contentSecurityPolicy } from '../../main/loopback/security-headers.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'drydock-protocol-'))
  await writeFile(join(root, 'index.html'), '<p>page</p>')
})
afterAll(() => rm(root, { recursive: true }))

describe('app://drydock', () => {
  it.each(['app://drydock/', 'app://drydock', 'app://drydock/index.html', 'app://drydock/?x#/jobs'])(
    'is the page under its policy: %s',
    async (url) => {
      const answer = await answerAppRequest({ url, method: 'GET' }, root)
      expect({
        status: answer.status,
        policy: answer.headers.get('content-security-policy'),
        body: await answer.text(),
      }).toEqual({ status: 200, policy: contentSecurityPolicy, body: '<p>page</p>' })
    },
  )

  it.each([
    ['another host', 'app://evil/index.html', 'GET'],
    ['another scheme', 'https://drydock/index.html', 'GET'],
    ['a post', 'app://drydock/index.html', 'POST'],
    ['what is not there', 'app://drydock/nothing.js', 'GET'],
    ['a way out', 'app://drydock/../../etc/passwd', 'GET'],
    ['an encoded way out', 'app://drydock/%2e%2e%2f%2e%2e%2fetc/passwd', 'GET'],
    ['a nul', 'app://drydock/index.html%00.js', 'GET'],
  ])('has nothing for %s', async (_, url, method) =>
    expect((await answerAppRequest({ url, method }, root)).status).toBe(404),
  )

  it('answers anything, and never with an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.webPath()), async (path) => {
        const { status } = await answerAppRequest({ url: `app://drydock/${path}`, method: 'GET' }, root)
        expect([200, 404]).toContain(status)
      }),
      { numRuns: 2000 },
    )
  })
})
