import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

import { z } from 'zod'

import type { RequestDetail } from './event-log.ts'
import { badParameter, Refusal } from './refusal.ts'
import type { PracticeState } from './state.ts'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A map or list is sent as JSON, a text as it is, nothing as nothing. */
  readonly body?: object | string | Readable
}

/** One request on its way through a route. */
export interface Call {
  readonly request: IncomingMessage
  readonly url: URL
  /** What the `:names` of the pattern stand for, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly gitlab: PracticeState
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal
  /** What the event log will say of the request. */
  about: { job?: number; runner?: number; detail?: RequestDetail }
}

/** A row of the route table: who may ask (`auth` throws a Refusal or tells who it is) and what is answered. */
export interface Route {
  readonly method: string
  /** The path from its first slash; `:name` is one part of it, `*name` any number of parts. */
  readonly pattern: RegExp
  readonly answer: (call: Call) => Promise<Reply>
}

export function row<Who>(
  method: string,
  path: string,
  auth: (call: Call) => Who | Promise<Who>,
  handle: (call: Call, who: Who) => Reply | Promise<Reply>,
): Route {
  const pattern = path
    .replaceAll('.', '\\.')
    .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')
    .replaceAll(/\*(\w+)/g, '(?<$1>.+)')
  return {
    method,
    pattern: new RegExp(`^${pattern}$`),
    answer: async (call) => handle(call, await auth(call)),
  }
}

/**
 * The request's body, at most `limit` bytes.
 * @throws Refusal 413 beyond the limit.
 */
export async function readBytes({ request }: Call, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size <= limit) pieces.push(piece)
  }
  // Read to its end, so that the sender hears the answer instead of losing the connection.
  if (size > limit) throw new Refusal(413, 'Request Entity Too Large\n')
  return Buffer.concat(pieces)
}

const bodies = new WeakMap<IncomingMessage, unknown>()

/**
 * The JSON body, read once, checked against `schema`; no body is an empty map.
 * @throws Refusal 400 with the parameter's name, as the API words it.
 */
export async function readParams<T extends z.ZodType>(
  call: Call,
  schema: T,
  { limit = 1024 * 1024 } = {},
): Promise<z.output<T>> {
  if (!bodies.has(call.request))
    bodies.set(call.request, parseJson(await readBytes(call, limit), call.request))
  return checkParams(schema, bodies.get(call.request))
}

export function checkParams<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const complaints = parsed.error.issues.map(({ path, code }) => {
    const name = path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('')
    if (isMissing(value, path)) return `${name} is missing`
    return `${name} ${code === 'invalid_value' ? 'does not have a valid value' : 'is invalid'}`
  })
  throw badParameter(complaints.join(', '))
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return true
    here = (here as Readonly<Record<PropertyKey, unknown>>)[part]
  }
  return here === undefined || here === null
}

function parseJson(bytes: Buffer, { headers }: IncomingMessage): unknown {
  if (bytes.length === 0) return {}
  const type = headers['content-type'] ?? ''
  if (!/^application\/json\b/i.test(type)) {
    throw new Refusal(415, { error: `The provided content-type '${type}' is not supported.` })
  }
  try {
    return (JSON.parse(bytes.toString()) as unknown) ?? {}
  } catch {
    throw badParameter('message body does not match declared format')
  }
}
