import type { CanceledBy, ImagePull, JobState, JobSummary, Outcome, ToolchainUse } from '../contract/job.ts'
import { withoutNow, type JobResources } from '../contract/resources.ts'
import type { Transfer } from '../contract/transfer.ts'
import { JobCanceled, type JobFailure } from './job/outcome.ts'
import type { JobSignals } from './job/run-stages.ts'
import { MovedBytes } from './moved-bytes.ts'
import { nextState, type JobFact } from './job/state.ts'
import type { JobLog } from './log/job-log.ts'

type About = Omit<JobSummary, 'state' | 'finishedAt' | 'toolchains'>

/** Where a job's changes are told. */
export interface JobChanges {
  readonly jobChanged: (job: JobSummary) => void
  /** Of what only the job's own page shows. */
  readonly detailChanged: (id: number) => void
}

/** A job that this process runs: where it stands, and the two ways to end it early. */
export class LiveJob {
  readonly about: About
  readonly runnerKey: string
  readonly log: JobLog
  readonly signals: JobSignals
  readonly #cancel = new AbortController()
  readonly #abort = new AbortController()
  readonly #changed: (job: JobSummary) => void
  readonly #detailChanged: (id: number) => void
  #state: JobState = { phase: 'preparing' }
  #finishedAt: number | undefined
  #toolchains: readonly ToolchainUse[] = []
  #pulls: readonly ImagePull[] = []
  /** Since the last stage ended. */
  readonly moved = new MovedBytes()
  #resources: JobResources | undefined
  #watchers = 0
  readonly #transfers = new Map<symbol, Transfer>()

  constructor(about: About, runnerKey: string, log: JobLog, { jobChanged, detailChanged }: JobChanges) {
    this.about = about
    this.runnerKey = runnerKey
    this.log = log
    this.signals = { cancel: this.#cancel.signal, abort: this.#abort.signal }
    this.#changed = jobChanged
    this.#detailChanged = detailChanged
    jobChanged(this.summary())
  }

  summary(): JobSummary {
    return {
      ...this.about,
      ...(this.#finishedAt !== undefined && { finishedAt: this.#finishedAt }),
      state: this.#state,
      ...(this.#toolchains.length > 0 && { toolchains: this.#toolchains }),
    }
  }

  /** Images being pulled for it now. */
  get pulls(): readonly ImagePull[] {
    return this.#pulls
  }

  pulling(pulls: readonly ImagePull[]): void {
    this.#pulls = pulls
    this.moved.pulling(pulls)
    this.#detailChanged(this.about.id)
  }

  /** What its containers use; undefined until it is known, or where the engine does not tell. */
  get resources(): JobResources | undefined {
    return this.#resources
  }

  measured(resources: JobResources): void {
    // Its containers are being removed; what one of them still uses says nothing about the job.
    if ('outcome' in this.#state) return
    this.#resources = resources
    this.#detailChanged(this.about.id)
  }

  get isWatched(): boolean {
    return this.#watchers > 0
  }

  /** Somebody looks at it until they dispose of this. */
  watch(): Disposable {
    this.#watchers++
    return { [Symbol.dispose]: () => void this.#watchers-- }
  }

  /** What is on its way now, the first begun first. */
  transfers(): readonly Transfer[] {
    return [...this.#transfers.values()]
  }

  transferred(key: symbol, transfer: Transfer | undefined): void {
    this.moved.transferred(key, transfer)
    if (transfer) this.#transfers.set(key, transfer)
    else this.#transfers.delete(key)
    this.#detailChanged(this.about.id)
  }

  /** Stops the script; what is owed to it still runs. */
  cancel(by: CanceledBy): void {
    if (this.#cancel.signal.aborted) return
    this.#note({ type: 'cancel-requested', by })
    this.#cancel.abort(new JobCanceled(by))
  }

  /** Stops everything but cleanup. */
  abort(reason: JobFailure | JobCanceled): void {
    if (this.#abort.signal.aborted) return
    this.#note({ type: 'cancel-requested', by: reason instanceof JobCanceled ? reason.by : 'shutdown' })
    this.#abort.abort(reason)
  }

  /** What its containers have mounted. */
  worksWith(toolchains: readonly ToolchainUse[]): void {
    this.#toolchains = toolchains
    this.#changed(this.summary())
  }

  stageStarted(stage: string): void {
    this.#note({ type: 'stage-started', stage })
  }

  concluded(outcome: Outcome): void {
    this.#resources &&= withoutNow(this.#resources)
    this.#note({ type: 'stages-ended', outcome })
  }

  finished(at: number): void {
    this.#finishedAt = at
    this.#note({ type: 'outcome-settled' })
  }

  #note(fact: JobFact): void {
    this.#state = nextState(this.#state, fact)
    this.#changed(this.summary())
  }
}
