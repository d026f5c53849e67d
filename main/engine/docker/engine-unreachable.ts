import { say } from '../../contract/sentences/say.ts'
import type { DockerStatus } from '../../contract/status.ts'
import { DockerError } from './docker-error.ts'
import type { DockerEngine } from './port.ts'

/** No engine answers. Problem and remedy are sentences for the screen. */
export class EngineUnreachable extends Error {
  override readonly name = 'EngineUnreachable'
  readonly endpoint: string
  readonly problem: string
  readonly remedy: string
  constructor(endpoint: string, problem: string, remedy: string, cause?: unknown) {
    super(`${problem}. ${remedy}.`, { cause })
    this.endpoint = endpoint
    this.problem = problem
    this.remedy = remedy
  }
}

/** What a failed connection means and what helps. */
export function remedyFor(
  error: unknown,
  url: string,
): { readonly problem: string; readonly remedy: string } {
  const code = error instanceof DockerError ? error.code : undefined
  const status = error instanceof DockerError ? (error.status ?? 0) : 0
  if (status >= 300 && status < 400)
    return { problem: say('docker-redirects', { url }), remedy: say('docker-correct-address') }
  const why = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'ENOENT':
      return {
        problem: say('docker-none', { url }),
        remedy: say('docker-start-or-name'),
      }
    case 'EACCES':
    case 'EPERM':
      return {
        problem: say('docker-denied', { url }),
        remedy: say('docker-join-group'),
      }
    case 'ECONNREFUSED':
      return {
        problem: say('docker-silent', { url }),
        remedy: say('docker-start'),
      }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        problem: say('docker-unknown-host', { url }),
        remedy: say('docker-correct-address'),
      }
    case undefined:
    default:
      return {
        problem: say('docker-unusable', { url, why }),
        remedy: say('docker-check'),
      }
  }
}

/** The engine, or why there is none, for the screens. */
export function dockerStatusOf(found: DockerEngine | EngineUnreachable): DockerStatus {
  if (found instanceof EngineUnreachable) {
    const { endpoint, problem, remedy } = found
    return { state: 'unreachable', endpoint, problem, remedy }
  }
  const { endpoint, because, name, product, version, apiVersion, os, architecture } = found.about
  return { state: 'ready', endpoint, because, name, product, version, apiVersion, os, architecture }
}
