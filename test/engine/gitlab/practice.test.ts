import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../main/engine/clock.ts'
import { createGateway } from '../../../main/engine/gitlab/gateway.ts'
import {
  registerRunner,
  resetToken,
  resetTokenByAccess,
  unregisterManager,
  unregisterRunner,
  verifyRunner,
} from '../../../main/engine/gitlab/lifecycle.ts'
import { startLogUpload } from '../../../main/engine/gitlab/log-upload.ts'
import { createPersonalAccess } from '../../../main/engine/gitlab/personal-access.ts'
import type { RunnerGateway } from '../../../main/engine/gitlab/port.ts'
import { runnerInfo } from '../../../main/engine/gitlab/runner-info.ts'
import { held, practice, systemId, type Practice } from '../practice/kit.ts'
import { aRunner, never, silent, transportTo } from './kit.ts'
import { growingLog } from './model-gitlab.ts'

// The practice GitLab is strict: what the real server refuses, it refuses.

function gatewayOf({ gitlab }: Practice, token: string): RunnerGateway & AsyncDisposable {
  const gateway = createGateway({
    runner: { ...aRunner({ url: gitlab.url }), token },
    systemId,
    certsDir: '/nonexistent',
    env: {},
    clock: systemClock,
    logger: silent,
  })
  return { ...gateway, [Symbol.asyncDispose]: () => gateway.close() }
}

async function jobFrom(gateway: RunnerGateway) {
  const answer = await gateway.requestJob({ hold: false }, never)
  if (answer.kind !== 'job') throw new Error(JSON.stringify(answer))
  return answer.job
}

describe('with the practice GitLab, a runner', () => {
  it('takes a job, sends its log and its outcome', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using gateway = gatewayOf(server, gitlab.createRunner().token)
    const { id } = gitlab.enqueue()
    const job = await jobFrom(gateway)
    await gateway.updateJob(job, { state: 'running' }, never)
    const log = growingLog()
    const upload = startLogUpload({
      gateway,
      job,
      log,
      clock: systemClock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
    })
    log.append('héllo wörld\n'.repeat(200_000)) // more than two pieces, cut within characters
    log.end()
    const result = await upload.finish(
      { state: 'failed', failureReason: 'script_failure', exitCode: 7 },
      never,
    )
    const { status, failureReason, exitCode, logCheck, log: held } = gitlab.job(id)
    expect({ result, status, failureReason, exitCode, logCheck, bytes: held.length }).toEqual({
      result: 'accepted',
      status: 'failed',
      failureReason: 'script_failure',
      exitCode: 7,
      logCheck: 'matches',
      bytes: log.size,
    })
  })

  it('brings the log over although the server forgets, delays and drops answers', async () => {
    await using server = await practice({
      finalUpdatesDelayed: 1,
      refusesWrongChecksum: true,
      traceUpdateInterval: 1,
    })
    const { gitlab } = server
    await using gateway = gatewayOf(server, gitlab.createRunner().token)
    const { id } = gitlab.enqueue()
    const job = await jobFrom(gateway)
    await gateway.updateJob(job, { state: 'running' }, never)
    const first = await gateway.patchLog(
      job,
      { offset: 0, bytes: Buffer.from('hello '), debugTrace: true },
      never,
    )
    gitlab.loseLog(id, 3)
    const second = await gateway.patchLog(
      job,
      { offset: 6, bytes: Buffer.from('world'), debugTrace: false },
      never,
    )
    gitlab.faults.loseAnswer({ method: 'PATCH', times: 1 })
    const log = growingLog()
    log.append('hello world')
    const upload = startLogUpload({
      gateway,
      job,
      log,
      clock: systemClock,
      logger: silent,
      debugTrace: false,
      onSignal: () => {},
      from: 3,
    })
    const result = await upload.finish({ state: 'success' }, never)
    const { status, logCheck, log: held, debugTrace } = gitlab.job(id)
    expect({ first, second, result, status, logCheck, held: held.toString(), debugTrace }).toEqual({
      first: { kind: 'stored', upTo: 6, signal: 'go-on', interval: 1 },
      second: { kind: 'resend-from', offset: 3, signal: 'go-on' },
      result: 'accepted',
      status: 'success',
      logCheck: 'matches',
      held: 'hello world',
      debugTrace: true,
    })
  })

  it('hears of a cancel, and of the end', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using gateway = gatewayOf(server, gitlab.createRunner().token)
    const { id } = gitlab.enqueue()
    const job = await jobFrom(gateway)
    await gateway.updateJob(job, { state: 'running' }, never)
    gitlab.cancelJob(id)
    const canceling = await gateway.updateJob(job, { state: 'running' }, never)
    const final = await gateway.updateJob(job, { state: 'failed', failureReason: 'unknown_failure' }, never)
    const after = await gateway.patchLog(
      job,
      { offset: 0, bytes: Buffer.from('x'), debugTrace: false },
      never,
    )
    expect([canceling, final, after, gitlab.job(id).status]).toEqual([
      { kind: 'accepted', signal: 'cancel' },
      { kind: 'job-is-over' },
      { kind: 'job-is-over' },
      'canceled',
    ])
  })

  it('is told none, then held until there is news, then given the job', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using gateway = gatewayOf(server, gitlab.createRunner().token)
    const first = await gateway.requestJob({ hold: true }, never)
    const asked = gateway.requestJob({ hold: true }, never)
    await held(server)
    gitlab.enqueue()
    const news = await asked
    const then = await gateway.requestJob({ hold: true }, never)
    expect([first.kind, news.kind, then.kind]).toEqual(['none', 'none', 'job'])
  })

  it('can refuse a payload that makes no sense, so that the job does not hang', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using gateway = gatewayOf(server, gitlab.createRunner().token)
    const { id } = gitlab.enqueueRaw((valid) => JSON.stringify({ ...valid, steps: 'none' }))
    const answer = await gateway.requestJob({ hold: false }, never)
    if (answer.kind !== 'unusable-job') throw new Error(answer.kind)
    await gateway.updateJob(answer, { state: 'running' }, never)
    await gateway.updateJob(answer, { state: 'failed', failureReason: 'runner_system_failure' }, never)
    expect([answer.problem, gitlab.job(id).status, gitlab.job(id).failureReason]).toEqual([
      "GitLab's job payload cannot be used: steps: expected array, received string",
      'failed',
      'runner_system_failure',
    ])
  })

  it('is rejected once it is deleted', async () => {
    await using server = await practice()
    const { gitlab } = server
    const { id, token } = gitlab.createRunner()
    await using gateway = gatewayOf(server, token)
    gitlab.deleteRunner(id)
    expect((await gateway.requestJob({ hold: true }, never)).kind).toBe('rejected')
  })
})

describe('with the practice GitLab, a token', () => {
  const info = runnerInfo(aRunner({ url: 'http://x' }), {})

  it('from registration is verified, reset and given back', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using transport = transportTo(gitlab.url)
    const registered = await registerRunner(
      transport,
      {
        registrationToken: gitlab.registrationToken,
        description: 'old way',
        maintenanceNote: '',
        tags: ['a', 'b'],
        runUntagged: true,
        locked: false,
        accessLevel: '',
        maximumTimeout: 0,
        paused: false,
      },
      never,
    )
    if (registered.kind !== 'registered') throw new Error(registered.problem)
    const reset = await resetToken(transport, registered.token, never)
    if (reset.kind !== 'reset') throw new Error(reset.problem)
    const verify = (token: string) => verifyRunner(transport, { token, systemId, info }, never)
    expect([
      (await verify(registered.token)).kind,
      await verify(reset.token),
      (await unregisterRunner(transport, reset.token, never)).kind,
      (await verify(reset.token)).kind,
    ]).toEqual([
      'removed',
      { kind: 'valid', id: registered.id, token: reset.token, expiresAt: undefined },
      'unregistered',
      'removed',
    ])
  })

  it('of a person creates, reads, edits, resets and deletes a runner', async () => {
    await using server = await practice()
    const { gitlab } = server
    await using transport = transportTo(gitlab.url)
    const accessToken = gitlab.createPersonalToken('create_runner', 'manage_runner')
    const access = createPersonalAccess(transport, accessToken)
    const created = await access.createRunner(
      { type: 'instance_type' },
      {
        description: 'mine',
        tags: ['arm'],
        runUntagged: false,
        locked: false,
        accessLevel: 'not_protected',
        maximumTimeout: 600,
        paused: false,
        maintenanceNote: '',
      },
      never,
    )
    if (created.kind !== 'created') throw new Error(created.problem)
    const { id, token } = created
    const managed = await verifyRunner(transport, { token, systemId, info }, never)
    const systemIds = gitlab.runner(id).systemIds
    const left = await unregisterManager(transport, { token, systemId }, never)
    const edited = await access.editRunner(id, { paused: true }, never)
    const reset = await resetTokenByAccess(transport, { runnerId: id, accessToken }, never)
    const deleted = await access.deleteRunner(id, never)
    const gone = await access.readRunner(id, never)
    expect([managed.kind, systemIds, left.kind, edited.kind, reset.kind, deleted.kind, gone.kind]).toEqual([
      'valid',
      [systemId],
      'unregistered',
      'edited',
      'reset',
      'deleted',
      'not-found',
    ])
  })
})
