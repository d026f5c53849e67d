import type { UnreachableReason } from '../../contract/setup.ts'
import { isJson } from './answer.ts'
import { shownUrl } from './api-url.ts'
import type { Transport } from './http.ts'
import { NoAnswer, unreachableReason } from './network-problem.ts'

/** What a server says before anyone has shown it a token. */
export type ProbeAnswer =
  | {
      readonly kind: 'gitlab'
      /** The server's clock, to the second; absent where it sent none. */
      readonly date: Date | undefined
      /** Origin and path of the API it redirected to. */
      readonly movedTo: string | undefined
    }
  | { readonly kind: 'no-gitlab' }
  | { readonly kind: 'unreachable'; readonly reason: UnreachableReason; readonly detail: string }

const patienceMs = 10_000

/** Asks a server for its version, which GitLab refuses to strangers in a way only GitLab does. */
export async function probeServer(
  transport: Transport,
  apiUrl: URL,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const time = { headersTimeout: patienceMs, timeout: patienceMs }
  try {
    const response = await transport.send({ method: 'GET', path: 'version', ...time }, signal)
    const isGitLab = isJson(response) && (response.status === 401 || response.status === 200)
    await response.discard()
    if (!isGitLab && response.header('x-gitlab-meta') === undefined) return { kind: 'no-gitlab' }
    const asked = shownUrl(new URL('version', apiUrl))
    const date = new Date(response.header('date') ?? '')
    return {
      kind: 'gitlab',
      date: Number.isNaN(date.getTime()) ? undefined : date,
      movedTo: response.url === asked ? undefined : response.url.replace(/\/api\/v4\/version$/, ''),
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof NoAnswer)) throw error
    return { kind: 'unreachable', reason: unreachableReason(error.cause ?? error), detail: error.message }
  }
}
