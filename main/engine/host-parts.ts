import type { Logger } from 'pino'

import type { CacheStore } from './cache/cache-store.ts'
import type { Clock } from './clock.ts'
import type { RunnerConfig } from './config/schema.ts'
import type { DataDirs } from './data-dirs.ts'
import type { ArtifactGateway } from './gitlab/artifact-port.ts'
import type { RunnerGateway, TlsFiles } from './gitlab/port.ts'
import type { History } from './history/port.ts'
import type { JobNumber } from './job-numbers.ts'
import type { Executor } from './job/ports.ts'
import type { JobChanges } from './live-job.ts'
import type { JobToolchains } from './toolchain/job-toolchains.ts'

/** What every job needs, whatever runner it came through. */
export interface HostParts extends JobChanges {
  readonly clock: Clock
  readonly logger: Logger
  readonly history: History
  readonly executor: Executor
  readonly caches: CacheStore
  readonly systemId: string
  readonly hostname: string
  readonly dirs: DataDirs
  readonly toolchains: JobToolchains
}

/** Where one job comes from. */
export interface JobOrigin {
  readonly runnerKey: string
  /** As it stands now; later edits do not reach the job. */
  readonly runner: RunnerConfig
  readonly gateway: RunnerGateway
  readonly artifacts: ArtifactGateway
  readonly number: JobNumber
  readonly correlationId: string
  readonly tls: TlsFiles
}
