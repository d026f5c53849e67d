import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { LogChunk } from '../../contract/log-chunk.ts'
import type { Outcome } from '../../contract/job.ts'
import type { SetupDraft, TestFinding, TestState } from '../../contract/setup.ts'
import { ApiError } from '../../contract/table.ts'
import type { RunnerConfig } from '../config/schema.ts'
import type { ArtifactGateway } from '../gitlab/artifact-port.ts'
import { JobCanceled, outcomeOf } from '../job/outcome.ts'
import { runJob, type JobObserver } from '../job/run-job.ts'
import { openJobLog, type JobLog } from '../log/job-log.ts'
import { createJobOutput } from '../log/job-output.ts'
import { watchLog } from '../log/watch-log.ts'
import { createJobContext } from '../variables/job-context.ts'
import { maskedValues } from '../variables/masked-values.ts'
import { readFindings, testJob } from './test-job.ts'
import type { SetupWorld } from './world.ts'

type Parts = Pick<
  SetupWorld,
  'clock' | 'logger' | 'dirs' | 'systemId' | 'hostname' | 'executor' | 'caches'
> & {
  readonly changed: () => void
}

const logLimitBytes = 4 * 1024 * 1024
const findingsEveryMs = 500

/** The test job of the wizard: a real job in a real container that GitLab knows nothing of. One at a time. */
export class TestRun {
  readonly #parts: Parts
  #state: TestState = { state: 'none' }
  #log: JobLog | undefined
  #cancel = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get state(): TestState {
    return this.#state
  }

  /** Resolves when it runs; a former one is ended first. */
  async start(draft: SetupDraft, runner: RunnerConfig): Promise<void> {
    await this.stop()
    const run = this.#state.state === 'none' ? 1 : this.#state.run + 1
    const path = join(this.#parts.dirs.root, 'setup-test.log')
    await rm(path, { force: true })
    const log = await openJobLog({ path, limitBytes: logLimitBytes })
    this.#log = log
    this.#cancel = new AbortController()
    this.#put({ state: 'running', run, findings: [] })
    const startedAt = this.#parts.clock.monotonic()
    const findings = async () => readFindings(await readFile(path, 'utf8'), draft)
    this.#running = this.#run(draft, runner, log, (found) =>
      this.#put({ state: 'running', run, findings: found }),
    ).then(async (outcome) => {
      const took = this.#parts.clock.monotonic() - startedAt
      this.#put({ state: 'ended', run, outcome, findings: await findings(), took })
    })
  }

  /** Resolves when nothing of it is left in Docker. */
  async stop(): Promise<void> {
    this.#cancel.abort(new JobCanceled('user'))
    await this.#running
  }

  async forget(): Promise<void> {
    await this.stop()
    this.#put({ state: 'none' })
  }

  async *watchLog(run: number, offset: number, signal: AbortSignal): AsyncGenerator<LogChunk> {
    if (this.#log === undefined || this.#state.state === 'none' || this.#state.run !== run)
      throw new ApiError('not-found', say('test-gone', { run }))
    yield* watchLog(this.#log, offset, signal)
  }

  async #run(
    draft: SetupDraft,
    runner: RunnerConfig,
    log: JobLog,
    found: (findings: readonly TestFinding[]) => void,
  ): Promise<Outcome> {
    const { clock, executor, caches, hostname, systemId, logger } = this.#parts
    const ended = new AbortController()
    try {
      const { context, warnings } = createJobContext({
        job: testJob(draft),
        runner,
        systemId,
        concurrentId: 0,
        concurrentProjectId: 0,
        correlationId: '',
        tls: {},
        imageName: draft.image,
      })
      const output = createJobOutput({
        log,
        clock,
        phrases: maskedValues(context),
        tokenPrefixes: [],
        maskAllDefaultTokens: true,
        timestamps: true,
        sections: true,
      })
      const observer: JobObserver = {
        stageStarted: () => {},
        stageEnded: () => {},
        mounted: () => {},
        recreatable: () => {},
        pulling: () => {},
        noted: (stage, error) => logger.warn({ err: error, stage }, 'cleaning up the test job failed'),
      }
      void this.#followFindings(draft, log, found, ended.signal)
      const { outcome, cleanedUp } = await runJob(
        context,
        warnings,
        { clock, executor, output, artifacts: noArtifacts, caches, hostname },
        { cancel: this.#cancel.signal, abort: neverAborts },
        observer,
      )
      await output.end()
      await cleanedUp
      return outcome
    } catch (error) {
      logger.error({ err: error }, 'the test job could not be run')
      return outcomeOf(error)
    } finally {
      ended.abort()
      await log.end()
    }
  }

  /** While it runs, so that a list of twenty looks does not appear all at once. */
  async #followFindings(
    draft: SetupDraft,
    log: JobLog,
    found: (findings: readonly TestFinding[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let size = 0
    while (!signal.aborted) {
      await this.#parts.clock.sleep(findingsEveryMs, signal).catch(() => {})
      if (signal.aborted || log.size === size) continue
      size = log.size
      found(readFindings(new TextDecoder().decode(await log.read(0, logLimitBytes)), draft))
    }
  }

  #put(state: TestState): void {
    this.#state = state
    this.#parts.changed()
  }
}

const neverAborts = new AbortController().signal

/** A job without artifacts asks for none. */
const noArtifacts: ArtifactGateway = {
  upload: () => Promise.reject(new Error('The test job has no artifacts to upload')),
  download: () => Promise.reject(new Error('The test job has no artifacts to download')),
}
