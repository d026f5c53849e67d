/** What the server says instead of doing what it was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** A map is sent as JSON, a text as plain text, as the front proxy does. */
  readonly body: string | Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    body: string | Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body))
    this.status = status
    this.body = body
    this.headers = headers
  }
}

const because = (text: string, reason?: string) => ({ message: reason ? `${text} - ${reason}` : text })

/** The API's answers of one kind each: `{ "message": … }`, or `{ "error": … }` for parameters. */
export const unauthorized = () => new Refusal(401, because('401 Unauthorized'))
export const forbidden = (reason?: string, headers?: Readonly<Record<string, string>>) =>
  new Refusal(403, because('403 Forbidden', reason), headers)
export const notFound = (what?: string) =>
  new Refusal(404, because(what ? `404 ${what} Not Found` : '404 Not Found'))
export const badRequest = (reason: string) => new Refusal(400, because('400 Bad request', reason))
export const badParameter = (error: string) => new Refusal(400, { error })
export const invalid = (mistakes: Readonly<Record<string, readonly string[]>>) =>
  new Refusal(400, { message: mistakes })
export const insufficientScope = (scopes: readonly string[]) =>
  new Refusal(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes.join(' '),
  })
