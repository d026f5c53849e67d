import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { startPrivateEngine, type PrivateEngine } from '../../main/cli/demo/private-engine.ts'
import { importImages } from '../support/docker-engine.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'

let folder: string
let engine: PrivateEngine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-restart-'))
  engine = await startPrivateEngine(folder, () => {})
  await importImages(engine.host)
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const script = (...lines: readonly string[]) => ({
  steps: [
    { name: 'script', script: lines, timeout: 3600, when: 'on_success' as const, allow_failure: false },
  ],
})

describe('a Docker engine that is restarted in mid-job', () => {
  it('fails the job within 30 s with a reason to read, and serves the next one, with nothing left', async () => {
    await using runner = await startRunner({ dockerHost: engine.host, gitlab: { longPollSeconds: 0 } })
    const { gitlab } = runner
    const { id } = gitlab.enqueue(script('printf "be%s\\n" gun', 'sleep 600'))
    await vi.waitFor(() => expect(gitlab.job(id).log.toString()).toContain('begun'), 60_000)

    const stoppedAt = performance.now()
    await engine[Symbol.asyncDispose]()
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

    engine = await startPrivateEngine(folder, () => {})
    const next = await gitlab.waitForJob(gitlab.enqueue(script('echo works')).id, 'finished')
    expect(next.status).toBe('success')
    await vi.waitFor(async () => expect(await leftOnEngine(engine.host, runner)).toEqual([]), {
      timeout: 60_000,
      interval: 1000,
    })
  })
})
