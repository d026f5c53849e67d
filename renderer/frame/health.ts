import type { AppStatus } from '../../main/contract/status.ts'

/** The one thing to know about the engine at a glance; the first that holds. */
export type Health = 'well' | 'paused' | 'attention' | 'starting'

export function healthOf({ docker, configProblems, paused, hindrance }: AppStatus): Health {
  const broken = configProblems.some(({ severity }) => severity === 'error')
  if (docker.state === 'unreachable' || broken) return 'attention'
  if (paused) return 'paused'
  if (hindrance !== undefined) return 'attention'
  return docker.state === 'unknown' ? 'starting' : 'well'
}
