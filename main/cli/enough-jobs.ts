import type { Clock } from '../engine/clock.ts'
import type { RunningEngine } from './engine-port.ts'

/**
 * Resolves once `run-single` has done its share: `maxJobs` jobs, or `waitSeconds` without one. 0 = no such limit.
 * Resolves also when `signal` aborts.
 */
export async function enoughJobs(
  engine: Pick<RunningEngine, 'counts' | 'jobsChanged'>,
  { maxJobs, waitSeconds }: { readonly maxJobs: number; readonly waitSeconds: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { taken, done } = engine.counts
    if (maxJobs > 0 && taken >= maxJobs) return
    const round = new AbortController()
    const over = AbortSignal.any([signal, round.signal])
    const changed = engine.jobsChanged(over).then(
      () => 'changed' as const,
      () => 'changed' as const,
    )
    const idle = waitSeconds > 0 && taken === done
    const waited = idle
      ? clock.sleep(waitSeconds * 1000, over).then(
          () => 'waited' as const,
          () => 'changed' as const,
        )
      : changed
    const first = await Promise.race([changed, waited])
    round.abort()
    if (first === 'waited') return
  }
}
