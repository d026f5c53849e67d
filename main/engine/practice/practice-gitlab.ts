import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Clock } from '../clock.ts'
import { defaultBehaviour, type Behaviour } from './behaviour.ts'
import { EventLog, type PracticeEvent } from './event-log.ts'
import type { DeepPartial } from './enqueue-payload.ts'
import type { Faults } from './faults.ts'
import { PracticeServer, type PracticeLogger } from './http-server.ts'
import { JobBook } from './job-book.ts'
import { jobVerbs, type EnqueueOptions } from './job-verbs.ts'
import type { JobPayload } from './payload.ts'
import { projectVerbs, type PushOptions } from './project-verbs.ts'
import type { NewProject } from './projects.ts'
import type { JobStatus } from './records.ts'
import { artifactDownloadRoutes } from './routes/artifact-download.ts'
import { artifactUploadRoutes } from './routes/artifact-upload.ts'
import { gitRoutes } from './routes/git-http.ts'
import { jobRequestRoutes } from './routes/job-request.ts'
import { jobTraceRoutes } from './routes/job-trace.ts'
import { jobUpdateRoutes } from './routes/job-update.ts'
import { personalRoutes } from './routes/personal.ts'
import { runnerRoutes } from './routes/runners.ts'
import { RunnerBook, type RunnerSettings } from './runner-book.ts'
import { runnerVerbs, type RunnerOptions } from './runner-verbs.ts'
import { addressOf } from './server-address.ts'
import type { PracticeState, TokenScope } from './state.ts'
import { newToken } from './tokens.ts'
import type { PracticeJob, PracticePipeline, PracticeRunner } from './views.ts'

export type { Behaviour } from './behaviour.ts'
export type { PracticeEvent, RequestDetail } from './event-log.ts'
export type { Fault, Faults, FaultScope } from './faults.ts'
export type { EnqueueOptions } from './job-verbs.ts'
export type { JobPayload } from './payload.ts'
export { PipelineFileError } from './pipeline/pipeline-file.ts'
export type { PushOptions } from './project-verbs.ts'
export type { NewProject } from './projects.ts'
export type { JobStatus } from './records.ts'
export type { RunnerOptions } from './runner-verbs.ts'
export type { PracticeJob, PracticePipeline, PracticeRunner } from './views.ts'

export interface PracticeOptions extends Partial<Behaviour> {
  /** Where repositories and artifacts lie. Everything else is in memory, and gone when the server stops. */
  readonly directory: string
  /** 0 = a free one. */
  readonly port?: number
  /** Where it listens: 127.0.0.1, or this machine's address on a Docker bridge, so that jobs can fetch. */
  readonly host?: string
  readonly clock: Clock
  readonly logger?: PracticeLogger
  /** `host:port` of a container registry whose credentials jobs get. */
  readonly registry?: string
}

/** A small GitLab on loopback: for trying Drydock without a server, and for its tests. */
export interface PracticeGitLab extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Registers instance runners the old way. */
  readonly registrationToken: string
  /** May be changed at any time. */
  readonly behaviour: Behaviour
  readonly faults: Faults
  /** What happened so far, oldest first. */
  readonly events: readonly PracticeEvent[]
  /** @returns a function that ends the subscription. */
  onEvent(listener: (event: PracticeEvent) => void): () => void
  /** Resolves with `read()` as soon as it is not undefined, looking again after each event. */
  until<T>(read: () => T | undefined, signal?: AbortSignal): Promise<T>

  createProject(project: NewProject): Promise<{
    readonly id: number
    readonly path: string
    readonly registrationToken: string
    readonly cloneUrl: string
  }>
  /** Commits the files of a local folder. @returns the commit's sha. */
  push(projectPath: string, folder: string, options?: PushOptions): Promise<string>
  /** @throws PipelineFileError naming key and line of what is not understood. */
  createPipeline(projectPath: string, ref?: string): Promise<PracticePipeline>
  pipeline(id: number): PracticePipeline
  /** Resolves when no job of the pipeline waits or runs any more; manual jobs stay as they are. */
  waitForPipeline(id: number, signal?: AbortSignal): Promise<PracticePipeline>

  /** Enqueues a job of its own: the overrides laid on a complete valid payload; lists replace lists. */
  enqueue(overrides?: DeepPartial<JobPayload>, options?: EnqueueOptions): PracticeJob
  /** Enqueues a job whose 201 has exactly the body `write` returns, be it no job, be it no JSON. */
  enqueueRaw(write: (valid: JobPayload) => string, options?: EnqueueOptions): PracticeJob
  job(id: number): PracticeJob
  jobs(): readonly PracticeJob[]
  /** Resolves when the job has the status; `finished` is any final one. @throws when it ends in another. */
  waitForJob(id: number, status: JobStatus | 'finished', signal?: AbortSignal): Promise<PracticeJob>
  /** As the cancel button: asks a runner that understands; `graceful` decides regardless of the runner. */
  cancelJob(id: number, options?: { readonly graceful?: boolean }): void
  /** Ends a running job on the server's side, as its timeouts do; the runner hears of it with its next request. */
  dropJob(id: number, failureReason: string): void
  /** Forgets the log from `size` on, so that the next piece gets 416. */
  loseLog(id: number, size: number): void

  /** Makes a runner as a user would in GitLab's pages; its token begins with `glrt-`. */
  createRunner(options?: RunnerOptions): PracticeRunner
  editRunner(id: number, settings: RunnerSettings): PracticeRunner
  deleteRunner(id: number): void
  runner(id: number): PracticeRunner
  runners(): readonly PracticeRunner[]
  createPersonalToken(...scopes: readonly TokenScope[]): string
}

const routes = [
  ...runnerRoutes,
  ...personalRoutes,
  ...jobRequestRoutes,
  ...jobUpdateRoutes,
  ...jobTraceRoutes,
  ...artifactUploadRoutes,
  ...artifactDownloadRoutes,
  ...gitRoutes,
]

export async function startPracticeGitLab({
  directory,
  port = 0,
  host = '127.0.0.1',
  clock,
  logger,
  registry,
  ...differences
}: PracticeOptions): Promise<PracticeGitLab> {
  await mkdir(directory, { recursive: true })
  const server = new PracticeServer(routes, logger)
  const address = addressOf(host, await server.listen(port, host), registry)
  const behaviour: Behaviour = { ...defaultBehaviour, ...differences }
  const events = new EventLog(() => clock.now())
  const runners = new RunnerBook(clock)
  const gitlab: PracticeState = {
    directory: resolve(directory),
    clock,
    behaviour,
    events,
    runners,
    jobs: new JobBook({ clock, events, runners, behaviour }),
    projects: new Map(),
    pipelines: new Map(),
    personalTokens: new Map(),
    registrationToken: newToken.registration(),
    objectStorage: new Map(),
    address,
  }
  const faults = server.open(gitlab)
  return {
    url: address.url,
    registrationToken: gitlab.registrationToken,
    behaviour,
    faults,
    get events() {
      return events.all
    },
    onEvent: (listener) => events.on(listener),
    until: (read, signal) => events.until(read, signal),
    ...projectVerbs(gitlab),
    ...jobVerbs(gitlab),
    ...runnerVerbs(gitlab),
    async [Symbol.asyncDispose]() {
      gitlab.jobs.close()
      await server.close()
    },
  }
}
