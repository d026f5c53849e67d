import { expect, vi } from 'vitest'

import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'

export interface RestartedEngine {
  readonly host: string
  end(): Promise<void>
  begin(): Promise<void>
}

const script = (...lines: readonly string[]) => ({
  steps: [
    { name: 'script', script: lines, timeout: 3600, when: 'on_success' as const, allow_failure: false },
  ],
})

/** An engine that goes away in mid-job: the job fails within 30 s with a reason to read, the next one is served. */
export async function specifyRestart(engine: RestartedEngine, address?: string): Promise<void> {
  await using runner = await startRunner({
    dockerHost: engine.host,
    gitlab: { longPollSeconds: 0, ...(address !== undefined && { host: address }) },
  })
  const { gitlab } = runner
  const { id } = gitlab.enqueue(script('printf "be%s\\n" gun', 'sleep 600'))
  await vi.waitFor(() => expect(gitlab.job(id).log.toString()).toContain('begun'), 60_000)

  const stoppedAt = performance.now()
  await engine.end()
  const interrupted = await gitlab.waitForJob(id, 'finished')
  const seconds = (performance.now() - stoppedAt) / 1000
  expect({
    status: interrupted.status,
    reason: interrupted.failureReason,
    says: /Job failed \(system failure\): .*/.exec(interrupted.log.toString())?.[0],
  }).toEqual({
    status: 'failed',
    reason: 'runner_system_failure',
    says: expect.stringContaining('engine') as string,
  })
  expect(seconds).toBeLessThan(30)

  await engine.begin()
  const next = await gitlab.waitForJob(gitlab.enqueue(script('echo works')).id, 'finished')
  expect(next.status).toBe('success')
  await vi.waitFor(async () => expect(await leftOnEngine(engine.host, runner)).toEqual([]), {
    timeout: 60_000,
    interval: 1000,
  })
}
