import type { Clock } from '../clock.ts'
import type { Behaviour } from './behaviour.ts'
import type { EventLog } from './event-log.ts'
import type { JobBook } from './job-book.ts'
import type { PipelineRecord, ProjectRecord } from './records.ts'
import type { RunnerBook } from './runner-book.ts'
import type { ServerAddress } from './server-address.ts'

/** Scopes of a personal access token this server tells apart. */
export type TokenScope = 'api' | 'read_api' | 'read_user' | 'create_runner' | 'manage_runner'

/** Everything the server knows. Repositories and artifacts lie in `directory`; the rest is gone when it stops. */
export interface PracticeState {
  readonly directory: string
  readonly clock: Clock
  readonly behaviour: Behaviour
  readonly events: EventLog
  readonly runners: RunnerBook
  readonly jobs: JobBook
  /** By path. */
  readonly projects: Map<string, ProjectRecord>
  readonly pipelines: Map<number, PipelineRecord>
  /** Personal access tokens, each with its scopes. */
  readonly personalTokens: Map<string, ReadonlySet<TokenScope>>
  /** Registers instance runners. */
  readonly registrationToken: string
  /** Signed-looking addresses given out for direct downloads, each with the file behind it. */
  readonly objectStorage: Map<string, string>
  readonly address: ServerAddress
}
