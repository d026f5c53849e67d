import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface IdentityServer<Asked> extends AsyncDisposable {
  readonly origin: string
  readonly asked: readonly Asked[]
}

async function serve<Asked>(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => Asked,
): Promise<IdentityServer<Asked>> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      asked.push(answer(request, body, response))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface AskedRole {
  /** Whose key signed the request. */
  readonly by: string
  readonly role: string
  readonly policy: unknown
}

/** A double of Amazon's token service: whoever asks as `allowed` gets the given keys for any role. */
export const tokenService = (allowed: string, keys: { readonly id: string; readonly secret: string }) =>
  serve<AskedRole>(({ headers }, body, response) => {
    const form = new URLSearchParams(body)
    const [, by = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? []
    const field = (name: string) => form.get(name) ?? ''
    if (by === allowed) {
      const expires = new Date(Date.now() + 3_600_000).toISOString()
      response
        .writeHead(200, { 'Content-Type': 'text/xml' })
        .end(
          `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
            `<AccessKeyId>${keys.id}</AccessKeyId><SecretAccessKey>${keys.secret}</SecretAccessKey>` +
            `<SessionToken>session</SessionToken><Expiration>${expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        )
    } else {
      response
        .writeHead(403, { 'Content-Type': 'text/xml' })
        .end(
          `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
            `<Code>AccessDenied</Code><Message>${by} may not take on the role.</Message></Error></ErrorResponse>`,
        )
    }
    return { by, role: field('RoleArn'), policy: JSON.parse(field('Policy')) as unknown }
  })

/** A double of the address at which Azure gives a machine its identity; tokens are unsigned. */
export const machineIdentity = (secret: string) =>
  serve<string>(({ headers, url = '' }, _, response) => {
    const resource = new URL(url, 'http://localhost').searchParams.get('resource') ?? ''
    if (headers['x-identity-header'] !== secret) response.writeHead(401).end()
    else {
      const now = Math.floor(Date.now() / 1000)
      const claims = {
        iss: 'https://sts.windows.net/workshop/',
        aud: resource,
        nbf: now - 60,
        exp: now + 3600,
      }
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, iat: now })}.signature`
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ access_token: token, expires_on: claims.exp, resource, token_type: 'Bearer' }))
    }
    return resource
  })
