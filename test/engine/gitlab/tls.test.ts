import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { X509Certificate } from 'node:crypto'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { client, clientKey, intermediate, leaf, leafKey, root } from './certificates.ts'
import { hastyClock, keptLog, never, transportTo } from './kit.ts'
import { scriptedServer, type Reply } from './scripted-server.ts'

const ask = { method: 'GET', path: 'version' } as const
const ok: Reply = { status: 200, text: 'ok' }
const identity = { cert: leaf + intermediate, key: leafKey }

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'drydock-tls-'))
})
afterEach(() => rm(dir, { recursive: true }))

const file = (name: string) => path.join(dir, name)
const noFiles = { ca: '', cert: '', key: '' }

describe('a server whose certificate a private authority signed', () => {
  it('is not trusted, and the problem names the remedy', async () => {
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(server.url)
    await expect(transport.send(ask, never)).rejects.toThrow(
      /certificate of 127\.0\.0\.1:\d+ is not trusted .*set tls-ca-file/,
    )
    expect(server.requests).toEqual([])
  })

  it('is trusted with the authority in tls-ca-file, whose text jobs get as it is', async () => {
    await writeFile(file('ca.pem'), `# ours\n${root}`)
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(server.url, { tls: { ...noFiles, ca: file('ca.pem') } })
    const response = await transport.send(ask, never)
    expect([await response.text(), transport.tlsFiles()]).toEqual(['ok', { ca: `# ours\n${root}` }])
  })

  it('is trusted with the authority in the certs directory under the name of its host', async () => {
    await writeFile(file('127.0.0.1.crt'), root)
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(server.url, { certsDir: dir })
    const response = await transport.send(ask, never)
    expect(await response.text()).toBe('ok')
  })

  it('is trusted as soon as the file appears, and no longer when it is gone', async () => {
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(server.url, { certsDir: dir })
    const works = () =>
      transport.send(ask, never).then(
        async (response) => (await response.text()) === 'ok',
        () => false,
      )
    const before = await works()
    await writeFile(file('127.0.0.1.crt'), root)
    const within = await works()
    await writeFile(file('127.0.0.1.crt'), '')
    await utimes(file('127.0.0.1.crt'), 0, 0)
    expect([before, within, await works()]).toEqual([false, true, false])
  })

  it('is refused under another name', async () => {
    await writeFile(file('ca.pem'), root)
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(`https://127.0.0.2:${server.port}`, {
      tls: { ...noFiles, ca: file('ca.pem') },
    })
    await expect(transport.send(ask, never)).rejects.toThrow(
      /certificate of 127\.0\.0\.2:\d+ is for another name|refuses/,
    )
  })

  it('sees who we are when certificate and key are given', async () => {
    await writeFile(file('ca.pem'), root)
    await writeFile(file('me.crt'), client)
    await writeFile(file('me.key'), clientKey)
    await using server = await scriptedServer([ok], {
      ...identity,
      ca: root,
      requestCert: true,
      rejectUnauthorized: true,
    })
    await using transport = transportTo(server.url, {
      tls: { ca: file('ca.pem'), cert: file('me.crt'), key: file('me.key') },
    })
    const response = await transport.send(ask, never)
    expect([await response.text(), transport.tlsFiles()]).toEqual([
      'ok',
      { ca: root, cert: client, key: clientKey },
    ])
  })

  it('is asked without a client certificate when its key does not load, and the log says so', async () => {
    await writeFile(file('ca.pem'), root)
    await writeFile(file('me.crt'), client)
    await writeFile(file('me.key'), 'no key')
    await using server = await scriptedServer([ok], identity)
    const { logger, lines } = keptLog()
    await using transport = transportTo(server.url, {
      tls: { ca: file('ca.pem'), cert: file('me.crt'), key: file('me.key') },
      logger,
    })
    const response = await transport.send(ask, never)
    expect(await response.text()).toBe('ok')
    expect(lines.join('')).toContain('Cannot use the TLS client certificate and key')
  })
})

it('says which configured file is missing, and nothing of one that merely could be there', async () => {
  const { logger, lines } = keptLog()
  await using transport = transportTo('https://127.0.0.1:1', {
    tls: { ...noFiles, ca: file('none.pem') },
    certsDir: dir,
    logger,
  })
  const told = lines.map((line) => JSON.parse(line) as { readonly file: string; readonly msg: string })
  expect([transport.tlsFiles(), told.map(({ file, msg }) => [file, msg])]).toEqual([
    {},
    [[file('none.pem'), 'Cannot read the TLS file']],
  ])
})

it('leaves old connections when they have reached their age', async () => {
  await using server = await scriptedServer([ok])
  const clock = hastyClock()
  await using transport = transportTo(server.url, { clock, maxAge: 60_000 })
  const connections: number[] = []
  for (const wait of [0, 59_000, 2000]) {
    await clock.sleep(wait)
    await (await transport.send(ask, never)).text()
    connections.push(server.connections)
  }
  expect(connections).toEqual([1, 1, 2])
})

describe('what jobs are to trust', () => {
  it('is the chain of the connection when no file is configured', async () => {
    await using server = await scriptedServer([ok], identity)
    await using transport = transportTo(server.url, { roots: () => [root] })
    const before = transport.tlsFiles()
    await (await transport.send(ask, never)).discard()
    expect([before, subjectsIn(transport.tlsFiles().ca)]).toEqual([
      {},
      ['CN=localhost', 'CN=Test intermediate', 'CN=Test root'],
    ])
  })

  it('is nothing over http', async () => {
    await using server = await scriptedServer([ok])
    await using transport = transportTo(server.url)
    await (await transport.send(ask, never)).discard()
    expect(transport.tlsFiles()).toEqual({})
  })
})

function subjectsIn(pem = ''): readonly string[] {
  return pem.split(/(?<=-----END CERTIFICATE-----)\n/).map((one) => new X509Certificate(one).subject)
}

describe('a proxy', () => {
  /** Forwards what it is asked to, whatever the name, to one local port; remembers what it was asked. */
  async function aProxy(target: number) {
    const asked: string[] = []
    const server = http.createServer((incoming, outgoing) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      const { pathname } = new URL(incoming.url ?? '')
      const onward = http.request(
        {
          port: target,
          host: '127.0.0.1',
          path: pathname,
          method: incoming.method,
          headers: incoming.headers,
        },
        (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers)),
      )
      incoming.pipe(onward)
    })
    server.on('connect', (incoming, socket) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      const onward = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.pipe(socket).pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      asked,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise((resolve) => {
          server.close(resolve)
        })
      },
    }
  }

  it('carries http requests', async () => {
    await using server = await scriptedServer([ok])
    await using proxy = await aProxy(server.port)
    await using transport = transportTo('http://gitlab.test', { env: { HTTP_PROXY: proxy.url } })
    const response = await transport.send(ask, never)
    expect([await response.text(), proxy.asked]).toEqual(['ok', ['GET http://gitlab.test/api/v4/version']])
  })

  it('carries https requests through a tunnel, and the chain of the server is known', async () => {
    await using server = await scriptedServer([ok], identity)
    await using proxy = await aProxy(server.port)
    await using transport = transportTo('https://gitlab.test', {
      env: { https_proxy: proxy.url.slice('http://'.length) },
      roots: () => [root],
    })
    const response = await transport.send(ask, never)
    expect([await response.text(), proxy.asked, subjectsIn(transport.tlsFiles().ca)]).toEqual([
      'ok',
      ['CONNECT gitlab.test:443'],
      ['CN=localhost', 'CN=Test intermediate', 'CN=Test root'],
    ])
  })

  it('is not asked for a server on this machine', async () => {
    await using server = await scriptedServer([ok])
    await using proxy = await aProxy(server.port)
    await using transport = transportTo(server.url, { env: { HTTP_PROXY: proxy.url } })
    const response = await transport.send(ask, never)
    expect([await response.text(), proxy.asked]).toEqual(['ok', []])
  })
})
