import { describe, expect, inject, it } from 'vitest'

import type { PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { readableLog } from '../support/scenario-log.ts'
import { install } from '../support/scenario-process.ts'

const image = { name: 'drydock-test/busybox:1' }
const step = (...script: readonly string[]) => ({
  name: 'script',
  script,
  timeout: 600,
  when: 'on_success',
  allow_failure: false,
})
const variable = (key: string, value: string) => ({ key, value, public: true, masked: false })
const noSources = variable('GIT_STRATEGY', 'none')
const endless = step('while :; do echo working; sleep 1; done')

const installation = () =>
  install({
    dockerHost: inject('dockerHost'),
    global: 'concurrent = 2\ncheck_interval = 1',
    docker: 'volumes = ["/scratch"]\nwait_for_services_timeout = -1',
  })

const untilItWorks = (gitlab: PracticeGitLab, id: number, signal: AbortSignal) =>
  gitlab.until(() => (gitlab.job(id).log.includes('O working') ? true : undefined), signal)

describe('the process is killed in mid-job and started again', () => {
  it('leaves nothing, reports the job, touches nothing of others and runs the next one', async ({
    signal,
  }) => {
    await using here = await installation()
    const { gitlab, docker } = here
    const foreign = `foreign-${crypto.randomUUID()}`
    const labels = { 'com.gitlab.gitlab-runner.managed': 'true', 'com.gitlab.gitlab-runner.type': 'cache' }
    await docker.createVolume({ Name: foreign, Labels: labels })
    await using stack = new AsyncDisposableStack()
    stack.defer(() => docker.removeVolume(foreign))

    const first = await here.start('run')
    const { id } = gitlab.enqueue({
      image,
      services: [{ name: image.name, alias: 'other', command: ['sleep', '600'] }],
      variables: [variable('GIT_STRATEGY', 'empty'), variable('FF_NETWORK_PER_BUILD', 'true')],
      steps: [endless],
    })
    await untilItWorks(gitlab, id, signal)
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const before = await here.left()
    const kinds = [...new Set(before.map((one) => one.split(' ')[0]))]
    expect(kinds).toEqual(['container', 'network', 'volume'])

    const second = await here.start('run')
    const job = await gitlab.waitForJob(id, 'finished', signal)
    expect({ status: job.status, reason: job.failureReason, log: job.logCheck }).toEqual({
      status: 'failed',
      reason: 'runner_system_failure',
      log: 'matches',
    })
    expect(readableLog(job.log).trimEnd().split('\n').at(-1)).toBe(
      'ERROR: Job failed (system failure): Drydock ended while the job ran. It was reported when Drydock started again.',
    )

    const next = gitlab.enqueue({ image, variables: [noSources], steps: [step('echo hello')] })
    await gitlab.waitForJob(next.id, 'success', signal)
    second.kill('SIGQUIT')
    expect(await second.ended).toBe(0)
    expect(await here.left()).toEqual([])
    const volumes = await docker.listVolumes(['com.gitlab.gitlab-runner.type=cache'])
    expect(volumes.map(({ name }) => name)).toContain(foreign)
  })
})

describe('a signal', () => {
  it('SIGQUIT lets jobs finish, takes no other, and exits 0', async ({ signal }) => {
    await using here = await installation()
    const { gitlab } = here
    const engine = await here.start('run')
    const running = gitlab.enqueue({
      image,
      variables: [noSources],
      steps: [step('for n in 1 2 3 4 5; do echo working; sleep 1; done')],
    })
    await untilItWorks(gitlab, running.id, signal)
    engine.kill('SIGQUIT')
    await engine.said('SIGQUIT')
    const waiting = gitlab.enqueue({ image, variables: [noSources] })
    expect(await engine.ended).toBe(0)
    expect([gitlab.job(running.id).status, gitlab.job(waiting.id).status]).toEqual(['success', 'pending'])
    expect(await here.left()).toEqual([])
  })

  it.for([
    { name: 'SIGTERM', words: 'terminated' },
    { name: 'SIGINT', words: 'interrupt' },
  ] as const)(
    '$name stops jobs, reports them as aborted, and exits 0',
    async ({ name, words }, { signal }) => {
      await using here = await installation()
      const { gitlab } = here
      const engine = await here.start('run')
      const after = { ...step('echo never'), name: 'after_script', when: 'always' }
      const { id } = gitlab.enqueue({ image, variables: [noSources], steps: [endless, after] })
      await untilItWorks(gitlab, id, signal)
      engine.kill(name)
      expect(await engine.ended).toBe(0)
      const job = gitlab.job(id)
      expect({ status: job.status, reason: job.failureReason, log: job.logCheck }).toEqual({
        status: 'failed',
        reason: 'runner_interrupted',
        log: 'matches',
      })
      const log = readableLog(job.log)
      expect(log.trimEnd().split('\n').at(-1)).toBe(`ERROR: Job failed: aborted: ${words}`)
      expect(log).not.toContain('after_script')
      expect(await here.left()).toEqual([])
    },
  )

  it('SIGTERM after SIGQUIT stops what was being let finish, and exits 0', async ({ signal }) => {
    await using here = await installation()
    const { gitlab } = here
    const engine = await here.start('run')
    const { id } = gitlab.enqueue({ image, variables: [noSources], steps: [endless] })
    await untilItWorks(gitlab, id, signal)
    engine.kill('SIGQUIT')
    await engine.said('SIGQUIT')
    engine.kill('SIGTERM')
    expect(await engine.ended).toBe(0)
    expect(gitlab.job(id)).toMatchObject({ status: 'failed', failureReason: 'runner_interrupted' })
  })

  it('a second SIGTERM does not wait for a GitLab that does not answer, and exits 1', async ({ signal }) => {
    await using here = await installation()
    const { gitlab } = here
    const engine = await here.start('run')
    const { id } = gitlab.enqueue({ image, variables: [noSources], steps: [endless] })
    await untilItWorks(gitlab, id, signal)
    const away = gitlab.faults.hang()
    engine.kill('SIGTERM')
    await engine.said('once more')
    engine.kill('SIGTERM')
    expect(await engine.ended).toBe(1)

    // What could not be reported then is reported at the next start.
    away.restore()
    const again = await here.start('run')
    expect(await gitlab.waitForJob(id, 'failed', signal)).toMatchObject({ logCheck: 'matches' })
    again.kill('SIGQUIT')
    expect(await again.ended).toBe(0)
    expect(await here.left()).toEqual([])
  })
})

describe('a token that is replaced while a job runs', () => {
  it('leaves the job untouched, and the next one comes through the new token', async ({ signal }) => {
    await using here = await installation()
    const { gitlab } = here
    const engine = await here.start('run')
    const running = gitlab.enqueue({
      image,
      variables: [noSources],
      steps: [step('for n in 1 2 3 4 5 6; do echo working; sleep 1; done')],
    })
    await untilItWorks(gitlab, running.id, signal)
    const before = gitlab.runners()[0]?.token
    const reset = await here.start('reset-token', '--all-runners')
    expect(await reset.ended).toBe(0)
    expect(gitlab.runners()[0]?.token).not.toBe(before)
    expect(await gitlab.waitForJob(running.id, 'success', signal)).toMatchObject({ logCheck: 'matches' })
    const next = gitlab.enqueue({ image, variables: [noSources] })
    await gitlab.waitForJob(next.id, 'success', signal)
    engine.kill('SIGQUIT')
    expect(await engine.ended).toBe(0)
    expect(await here.left()).toEqual([])
  })
})
