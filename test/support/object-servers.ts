import { spawn } from 'node:child_process'
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

import type { CacheConfig } from '../../main/engine/config/schema.ts'

const require = createRequire(import.meta.url)

export interface ObjectServer extends AsyncDisposable {
  /** Such as `127.0.0.1:4321`. */
  readonly address: string
}

/** A server program of a package, once it has said where it listens. */
async function startProgram(
  packageName: string,
  file: string,
  args: readonly string[],
): Promise<ObjectServer> {
  const program = join(dirname(require.resolve(`${packageName}/package.json`)), file)
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`
    const [, port] = /listen.*?(?:127\.0\.0\.1|localhost):(\d+)/i.exec(line) ?? []
    if (port === undefined) continue
    child.stdout.resume()
    return {
      address: `127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        child.kill()
        await ended
      },
    }
  }
  throw new Error(`${packageName} did not start: ${said}`)
}

/** S3rver, which keeps objects in a folder and checks signatures, with a bucket `caches`. */
export async function s3Server(
  folder: string,
): Promise<ObjectServer & { readonly config: CacheConfig['s3'] }> {
  await mkdir(folder, { recursive: true })
  const args = [
    '--directory',
    folder,
    '--address',
    '127.0.0.1',
    '--port',
    '0',
    '--configure-bucket',
    'caches',
  ]
  const server = await startProgram('s3rver', 'bin/s3rver.js', args)
  return { ...server, config: s3ConfigFor(server.address) }
}

export const s3ConfigFor = (address: string): CacheConfig['s3'] => ({
  ServerAddress: address,
  AccessKey: 'S3RVER',
  SecretKey: 'S3RVER',
  SessionToken: '',
  BucketName: 'caches',
  BucketLocation: '',
  Insecure: true,
  AuthenticationType: '',
  ServerSideEncryption: '',
  ServerSideEncryptionKeyID: '',
  Accelerate: false,
  RoleARN: '',
  UploadRoleARN: '',
  AssumeRoleMaxConcurrency: 0,
  DisableAssumeRoleCredentialsCaching: false,
})

/**
 * Azurite's blob service, with the account and key that its documentation publishes.
 * @param certificate a folder with `cert.pem` and `key.pem`: then by https, where tokens are taken, too. It looks at
 *   who a token is from and for and how long it is good, not at its signature.
 */
export async function azureServer(
  folder: string,
  certificate?: string,
): Promise<ObjectServer & { readonly config: CacheConfig['azure']; readonly origin: string }> {
  await mkdir(folder, { recursive: true })
  const args = ['--blobHost', '127.0.0.1', '--blobPort', '0', '--location', folder, '--skipApiVersionCheck']
  if (certificate !== undefined) {
    args.push(
      '--oauth',
      'basic',
      '--cert',
      join(certificate, 'cert.pem'),
      '--key',
      join(certificate, 'key.pem'),
    )
  }
  const server = await startProgram('azurite', 'dist/src/blob/main.js', [...args, '--disableTelemetry'])
  return {
    ...server,
    origin: `${certificate === undefined ? 'http' : 'https'}://${server.address}/devstoreaccount1`,
    config: {
      AccountName: 'devstoreaccount1',
      AccountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
      ContainerName: 'caches',
      StorageDomain: '',
    },
  }
}

interface KeptObject {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string | undefined>>
}

/**
 * A double of Google's storage, of which no server can be installed: it keeps objects in memory, knows ranges and
 * conditions, and checks that a request is signed with the key in `config`.
 */
export async function gcsServer(
  answerFirst?: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<
  ObjectServer & {
    readonly config: CacheConfig['gcs']
    readonly origin: string
    readonly objects: ReadonlyMap<string, KeptObject>
  }
> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const objects = new Map<string, KeptObject>()
  const server = createServer((request, response) => {
    void (async () => {
      if (answerFirst?.(request, response)) return
      const name = decodeURIComponent(request.url ?? '')
      const [, head = '', body = '', signature = ''] =
        /^Bearer ([^.]+)\.([^.]+)\.([^.]+)$/.exec(request.headers.authorization ?? '') ?? []
      const isSigned = createVerify('RSA-SHA256')
        .update(`${head}.${body}`)
        .verify(publicKey, signature, 'base64url')
      if (!isSigned) {
        return response
          .writeHead(403)
          .end('<Error><Code>AccessDenied</Code><Message>Access denied.</Message></Error>')
      }
      if (request.method === 'PUT') {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        objects.set(name, {
          bytes: Buffer.concat(chunks),
          headers: {
            'content-type': request.headers['content-type'],
            'x-goog-meta-cachekey': request.headers['x-goog-meta-cachekey'] as string | undefined,
          },
        })
        return response.writeHead(200).end()
      }
      const object = objects.get(name)
      if (!object) {
        return response.writeHead(404).end('<Error><Code>NoSuchKey</Code><Message>None.</Message></Error>')
      }
      const { bytes } = object
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
      if (request.method === 'HEAD') {
        return response.writeHead(200, { etag, 'content-length': bytes.length }).end()
      }
      const { range = '', 'if-match': match } = request.headers
      if (match !== etag) return response.writeHead(412).end()
      const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
      return response.writeHead(206, { etag }).end(bytes.subarray(Number(from), Number(to) + 1))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address,
    origin: `http://${address}`,
    objects,
    config: {
      CredentialsFile: '',
      AccessID: 'runner@workshop.iam.gserviceaccount.com',
      PrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      BucketName: 'caches',
      UniverseDomain: '',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * A wire to another server that breaks: of each connection in turn as many bytes come back as `cuts` says, then it is
 * cut; later connections are whole.
 */
export async function brokenWire(to: string, cuts: readonly number[]): Promise<ObjectServer> {
  const [host = '', port = ''] = to.split(':')
  const open = new Set<Socket>()
  let connections = 0
  const server = createTcpServer((near) => {
    const cut = cuts[connections++] ?? Infinity
    const far = connect(Number(port), host)
    let passed = 0
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', end).on('close', () => {
        open.delete(socket)
        end()
      })
    }
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      near.write(chunk.subarray(0, Math.max(0, cut - passed)))
      passed += chunk.length
      if (passed >= cut) near.end(end)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
