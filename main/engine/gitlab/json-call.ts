import type { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import { describeRefusal, readJson } from './answer.ts'
import type { HttpRequest, HttpResponse, Transport } from './http.ts'
import { NoAnswer } from './network-problem.ts'
import { isRetried } from './retry-wait.ts'

/** GitLab did not do as asked. */
export type Refusal =
  /** Its answer to what was asked: asking again changes nothing. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** Unreachable, overloaded, or no GitLab at all. */
  | { readonly kind: 'unavailable'; readonly problem: string }

export type JsonRequest = Pick<HttpRequest, 'method' | 'path' | 'query' | 'token' | 'secret'> & {
  readonly json?: unknown
  /** Whether JSON is to come back. Default true. */
  readonly answers?: boolean
}

/**
 * Sends JSON and hands the response to `read`, which must consume it.
 * Rejects with `signal.reason` when the signal aborts; a network failure is `unavailable`.
 */
export async function jsonCall<T>(
  transport: Transport,
  { json, answers = true, ...request }: JsonRequest,
  signal: AbortSignal,
  read: (response: HttpResponse) => Promise<T>,
): Promise<T | Extract<Refusal, { kind: 'unavailable' }>> {
  try {
    const text = JSON.stringify(json)
    const response = await transport.send(
      {
        ...request,
        headers: {
          ...(answers && { Accept: 'application/json' }),
          ...(text !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(text !== undefined && { body: () => text }),
      },
      signal,
    )
    return await read(response)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NoAnswer)
      return { kind: 'unavailable', problem: say('gitlab-silent', { why: error.message }) }
    throw error
  }
}

/** The JSON of a success, in the shape it must have. @throws NoAnswer when it has another. */
export async function readShape<T extends z.ZodType>(
  response: HttpResponse,
  schema: T,
): Promise<z.output<T>> {
  const parsed = schema.safeParse(await readJson(response))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new NoAnswer(
    say('net-unexpected', {
      url: response.url,
      what: `${issue?.path.join('.')}: ${issue?.message}`,
    }),
  )
}

/** Any status that is no success. Consumes the response. */
export async function readRefusal(response: HttpResponse): Promise<Refusal> {
  const kind = isRetried(response.status) ? 'unavailable' : 'refused'
  return { kind, problem: await describeRefusal(response) }
}
