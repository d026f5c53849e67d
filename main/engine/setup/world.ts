import type { Logger } from 'pino'

import type { CacheStore } from '../cache/cache-store.ts'
import type { Clock } from '../clock.ts'
import type { ConfigStore } from '../config/config-store.ts'
import type { ConfigVersions } from '../config/config-versions.ts'
import type { DataDirs } from '../data-dirs.ts'
import type { EndpointSettings } from '../docker/endpoint.ts'
import type { KnownEngine } from '../docker/known-engines.ts'
import type { DockerEngine } from '../docker/port.ts'
import type { ProxyEnvironment } from '../gitlab/proxy.ts'
import type { History } from '../history/port.ts'
import type { ToolchainLibrary } from '../toolchain/library.ts'
import type { Executor } from '../job/ports.ts'
import type { SecretPlace } from './access-tokens.ts'

/** What setting up a runner needs of the program it happens in. */
export interface SetupHost {
  readonly store: ConfigStore
  /** Former texts of the store's file. */
  readonly versions: ConfigVersions
  readonly certsDir: string
  /** Of whoever runs the program. */
  readonly home: string
  readonly env: ProxyEnvironment & Readonly<Record<string, string | undefined>>
  /** Finds an engine afresh; whoever opens it closes it. @throws EngineUnreachable */
  readonly openDocker: (settings: EndpointSettings) => Promise<DockerEngine>
  /** Engines that Docker's own settings name. */
  readonly knownEngines: () => Promise<readonly KnownEngine[]>
  /** The toolchains to choose from; absent where there is no library. */
  readonly library?: Pick<ToolchainLibrary, 'read'>
  /** Where tokens of people may be remembered; absent where there is no such place. */
  readonly secrets?: SecretPlace
  /** Absent where trying without a server is not offered. */
  readonly practice?: PracticeSource
}

/** What the practice GitLab is furnished with. */
export interface PracticeSource {
  /** A folder whose content becomes the first commit. */
  readonly project: string
  /** Images the engine has without any registry; makes them when they are not there. */
  readonly provideImages: (
    docker: DockerEngine,
  ) => Promise<{ readonly image: string; readonly helperImage?: string }>
}

/** The same with what the engine itself brings. */
export interface SetupWorld extends SetupHost {
  readonly clock: Clock
  readonly logger: Logger
  readonly dirs: DataDirs
  readonly systemId: string
  readonly hostname: string
  readonly executor: Executor
  readonly caches: CacheStore
  readonly history: Pick<History, 'find'>
}

export const neverAborts: AbortSignal = new AbortController().signal
