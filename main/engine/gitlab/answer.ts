import { STATUS_CODES } from 'node:http'

import { say } from '../../contract/sentences/say.ts'
import type { HttpResponse } from './http.ts'
import { NoAnswer } from './network-problem.ts'

/**
 * The JSON of a successful response (coordinator-api.md §2.3).
 * @throws NoAnswer when it is something else: a login page, a proxy's greeting, half a text.
 */
export async function readJson(response: HttpResponse): Promise<unknown> {
  if (!isJson(response)) {
    await response.discard()
    throw new NoAnswer(
      say('net-not-json', { url: response.url, type: contentType(response) || 'without a type' }),
    )
  }
  const text = await response.text()
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new NoAnswer(say('net-broken-json', { url: response.url }), { cause })
  }
}

/** `<METHOD> <url>: <code> <text> (<message>)`, as gitlab-runner words a refusal. Consumes the body. */
export async function describeRefusal(response: HttpResponse): Promise<string> {
  const statusText = STATUS_CODES[response.status] ?? ''
  const message = oneLine(await refusalMessage(response))
  const location = response.status < 400 ? response.header('location') : undefined
  const words = [`${response.method} ${response.url}: ${response.status} ${statusText}`.trimEnd()]
  if (message !== '' && message !== statusText && message !== `${response.status} ${statusText}`) {
    words.push(`(${message})`)
  }
  if (location !== undefined)
    words.push(`(redirected to ${withoutQuery(location)}; set the runner's url to it)`)
  return response.hideToken(words.join(' '))
}

/** What the server says besides its status: GitLab's `message` or `error`, object storage's XML. Else empty. */
async function refusalMessage(response: HttpResponse): Promise<string> {
  const type = contentType(response)
  if (type !== 'application/json' && !type.endsWith('/xml')) {
    await response.discard()
    return ''
  }
  try {
    const text = await response.text()
    return type === 'application/json' ? messageOfJson(JSON.parse(text)) : messageOfXml(text)
  } catch {
    return '' // A refusal without a readable reason is still a refusal.
  }
}

function messageOfJson(body: unknown): string {
  if (typeof body !== 'object' || body === null) return ''
  const { message, error } = body as { readonly message?: unknown; readonly error?: unknown }
  if (typeof message === 'string') return message
  if (typeof message === 'object' && message !== null) {
    return Object.entries(message)
      .map(([field, problems]) => `${field}: ${[problems].flat().map(String).join('; ')}`)
      .join(', ')
  }
  return typeof error === 'string' ? error : ''
}

function messageOfXml(text: string): string {
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
  return [element('Code'), element('Message')].filter((part) => part !== '').join(': ')
}

/** Whether a response says it is JSON. */
export function isJson(response: HttpResponse): boolean {
  return contentType(response) === 'application/json'
}

function contentType(response: HttpResponse): string {
  return (response.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

const withoutQuery = (location: string) => location.replace(/[?#].*$/, '').replace(/\/\/[^/@]*@/, '//')

const oneLine = (text: string) =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 500)
