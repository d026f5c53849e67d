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
  const why = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'ENOENT':
      return {
        problem: `There is no Docker engine at ${url}`,
        remedy: 'Start Docker, or name another engine with host in [runners.docker] or with DOCKER_HOST',
      }
    case 'EACCES':
    case 'EPERM':
      return {
        problem: `This user may not use the Docker engine at ${url}`,
        remedy: 'Add the user to the group "docker" and log in again, or use a rootless engine',
      }
    case 'ECONNREFUSED':
      return {
        problem: `Nothing answers at ${url}`,
        remedy: 'Start Docker; its address is right but it does not run',
      }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        problem: `The host of ${url} is not known`,
        remedy: 'Correct the address, or check the name service',
      }
    case undefined:
    default:
      return {
        problem: `The Docker engine at ${url} cannot be used: ${why}`,
        remedy: 'Check that Docker runs and answers "docker info"',
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
