import type { Clock } from '../clock.ts'
import type { Behaviour } from './behaviour.ts'
import type { EventLog } from './event-log.ts'
import { lacksFeature, mayRun, timeoutFor } from './hand-out.ts'
import { JobLog } from './job-log.ts'
import { forerunnersOf, nextStatus } from './pipeline/progress.ts'
import {
  isFinal,
  isOnRunner,
  type JobOrder,
  type JobRecord,
  type JobStatus,
  type ManagerRecord,
  type PipelineRecord,
  type RunnerRecord,
} from './records.ts'
import type { RunnerBook } from './runner-book.ts'
import { isSameToken, newToken } from './tokens.ts'

interface Parts {
  readonly clock: Clock
  readonly events: EventLog
  readonly runners: RunnerBook
  readonly behaviour: Behaviour
}

interface Ending {
  readonly failureReason?: string | undefined
  readonly exitCode?: number | undefined
}

// A runner that takes jobs and never acknowledges them must not keep the server busy for ever.
const mostRetries = 2

/** The jobs the server knows, and every change of their status. */
export class JobBook {
  readonly #parts: Parts
  readonly #jobs = new Map<number, JobRecord>()
  #lastId = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get(id: number): JobRecord | undefined {
    return this.#jobs.get(id)
  }

  get all(): Iterable<JobRecord> {
    return this.#jobs.values()
  }

  /** The job at work whose token it is. */
  byToken(token: string): JobRecord | undefined {
    return this.#jobs.values().find((job) => isOnRunner(job) && isSameToken(job.token, token))
  }

  /** Adds a job that waits to be told its status. */
  add(
    order: JobOrder,
    belonging: Partial<Pick<JobRecord, 'pipeline' | 'source' | 'retries'>> = {},
  ): JobRecord {
    const job: JobRecord = {
      pipeline: undefined,
      source: undefined,
      retries: 0,
      ...order,
      ...belonging,
      id: ++this.#lastId,
      token: newToken.job(),
      log: new JobLog(),
      artifacts: [],
      dotenv: [],
      status: 'created',
      failureReason: undefined,
      exitCode: undefined,
      runner: undefined,
      systemId: undefined,
      cancelsGracefully: false,
      lease: undefined,
      finalAnnouncedAt: undefined,
      finalAnswers: 0,
      reported: undefined,
      debugTrace: false,
    }
    this.#jobs.set(job.id, job)
    this.#parts.events.add({ type: 'job-changed', job: job.id, from: undefined, to: 'created' })
    return job
  }

  enqueue(job: JobRecord): void {
    this.#change(job, 'pending')
    for (const runner of this.#parts.runners.all) if (mayRun(runner, job)) this.#parts.runners.tick(runner)
  }

  /**
   * The oldest waiting job the runner may have, now its own; jobs it lacks a feature for fail on the way.
   * @returns the job and the body that hands it out.
   */
  pick(runner: RunnerRecord, manager: ManagerRecord): { job: JobRecord; body: string } | undefined {
    for (const job of this.#jobs.values()) {
      if (job.status !== 'pending' || job.lease || !mayRun(runner, job)) continue
      if (lacksFeature(manager.info, job) !== undefined) {
        this.end(job, 'failed', { failureReason: 'runner_unsupported' })
        continue
      }
      job.runner = runner
      job.systemId = manager.systemId
      job.cancelsGracefully = manager.info.features['cancel_gracefully'] === true
      const body = job.payload({ job, runner, timeout: timeoutFor(runner, job) })
      if (this.#parts.behaviour.twoPhase && manager.info.features['two_phase_job_commit'] === true)
        this.lease(job)
      else this.#change(job, 'running')
      const { events } = this.#parts
      events.add({ type: 'job-handed-out', job: job.id, runner: runner.id, systemId: manager.systemId })
      return { job, body }
    }
    return undefined
  }

  /** Starts, or starts anew, the time a job waits for its runner to say that it runs. */
  lease(job: JobRecord): void {
    job.lease?.abort()
    const lease = new AbortController()
    job.lease = lease
    this.#parts.clock.sleep(this.#parts.behaviour.leaseSeconds * 1000, lease.signal).then(
      () => {
        if (job.lease === lease) this.#provisioningTimedOut(job)
      },
      () => {}, // the lease ended in time
    )
  }

  start(job: JobRecord): void {
    this.#endLease(job)
    this.#change(job, 'running')
  }

  /** Ends a job; whatever state its runner reports, a job being canceled is canceled. */
  end(job: JobRecord, status: 'success' | 'failed' | 'canceled', ending: Ending = {}): void {
    this.#endLease(job)
    this.#change(job, job.status === 'canceling' ? 'canceled' : status, ending)
  }

  /** What the cancel button does: ask the runner where it understands, else end the job under it. */
  cancel(job: JobRecord, { graceful = job.cancelsGracefully }: { readonly graceful?: boolean } = {}): void {
    if (isFinal(job.status)) return
    if (job.status === 'running' && graceful) this.#change(job, 'canceling')
    else if (job.status !== 'canceling' || !graceful) this.end(job, 'canceled')
  }

  /** Moves on every job of the pipeline whose turn has come. */
  advance(pipeline: PipelineRecord): void {
    for (const job of pipeline.jobs) {
      if (job.status !== 'created' || !job.source) continue
      const forerunners = forerunnersOf(job.source, pipeline.jobs, pipeline.file.stages)
      const next = nextStatus(job.source, forerunners)
      if (next === 'pending') this.enqueue(job)
      else if (next) this.#change(job, next)
    }
  }

  /** Ends every lease, so that no timer outlives the server. */
  close(): void {
    for (const job of this.#jobs.values()) this.#endLease(job)
  }

  #endLease(job: JobRecord): void {
    job.lease?.abort()
    job.lease = undefined
  }

  #provisioningTimedOut(job: JobRecord): void {
    this.#endLease(job)
    const { pipeline, source, retries } = job
    const again =
      retries < mostRetries ? this.add(job, { pipeline, source, retries: retries + 1 }) : undefined
    if (pipeline && again) pipeline.jobs.splice(pipeline.jobs.indexOf(job), 1, again)
    this.#change(job, 'failed', { failureReason: 'runner_provisioning_timeout' })
    if (again) this.enqueue(again)
  }

  #change(job: JobRecord, to: JobStatus, { failureReason, exitCode }: Ending = {}): void {
    const from = job.status
    job.status = to
    job.failureReason = failureReason
    job.exitCode = exitCode
    this.#parts.events.add({
      type: 'job-changed',
      job: job.id,
      from,
      to,
      ...(failureReason !== undefined && { failureReason }),
      ...(exitCode !== undefined && { exitCode }),
    })
    if (job.pipeline && (isFinal(to) || to === 'manual')) this.advance(job.pipeline)
  }
}
