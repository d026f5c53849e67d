import { say } from '../../contract/sentences/say.ts'
import type { UnreachableReason } from '../../contract/setup.ts'

/** No usable answer came: the network failed, time ran out, or what came was not what GitLab answers. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Any network error as the one that callers know. */
export function noAnswer(error: unknown, host: string): NoAnswer {
  return error instanceof NoAnswer ? error : new NoAnswer(networkProblem(error, host), { cause: error })
}

const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
])

/** A network error in one sentence that names the host and, where there is one, the remedy. */
export function networkProblem(error: unknown, host: string): string {
  const { code, message } = innermost(error)
  if (untrusted.has(code)) {
    return say('net-untrusted', { host, code })
  }
  switch (code) {
    case 'ENOTFOUND':
      return say('net-unknown-name', { host })
    case 'EAI_AGAIN':
      return say('net-dns-silent', { host })
    case 'ECONNREFUSED':
      return say('net-refused', { host })
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return say('net-closed', { host, message })
    case 'CERT_HAS_EXPIRED':
      return say('net-expired', { host })
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return say('net-other-name', { host })
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return say('net-timeout', { host })
    case 'UND_ERR_HEADERS_TIMEOUT':
      return say('net-late', { host })
    case 'UND_ERR_BODY_TIMEOUT':
      return say('net-stalled', { host })
    default:
      return `${host}: ${message}`
  }
}

/** The kind of a network error, for whoever words it in another language. */
export function unreachableReason(error: unknown): UnreachableReason {
  const { code, message } = innermost(error)
  if (untrusted.has(code)) return 'untrusted'
  return reasons[code] ?? (/timed out|in time/.test(message) ? 'timeout' : 'other')
}

const reasons: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'dns-silent',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  UND_ERR_SOCKET: 'closed',
  CERT_HAS_EXPIRED: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
}

/** The error that says most: undici and Node wrap the first cause, or list one for each address tried. */
function innermost(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined && error.cause !== undefined) return innermost(error.cause)
  return { code: code ?? '', message: error.message || error.name }
}
