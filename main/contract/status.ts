import type { Instant } from './instant.ts'

/** What is known of the Docker engine right now. */
export type DockerStatus =
  | { readonly state: 'unknown' }
  | {
      readonly state: 'ready'
      readonly endpoint: string
      /** Why this endpoint was chosen, in words. */
      readonly because: string
      readonly name: string
      readonly product: 'Docker' | 'Podman'
      readonly version: string
      readonly apiVersion: string
      readonly os: string
      readonly architecture: string
    }
  | {
      readonly state: 'unreachable'
      readonly endpoint: string
      readonly problem: string
      readonly remedy: string
    }

export type RunnerHealth =
  | { readonly state: 'unknown' }
  | { readonly state: 'online'; readonly lastContactAt: Instant }
  /** GitLab cannot be reached, or answers with errors; it is asked again by itself. */
  | { readonly state: 'offline'; readonly problem: string; readonly since: Instant }
  /** GitLab refuses the token. */
  | {
      readonly state: 'rejected'
      readonly problem: string
      readonly since: Instant
      readonly askedAgainAt: Instant
    }

export interface RunnerSummary {
  /** Stable within one configuration: short token and url. */
  readonly key: string
  readonly name: string
  readonly url: string
  readonly shortToken: string
  readonly executor: string
  readonly image: string
  readonly volumes: readonly string[]
  readonly limit: number
  readonly running: number
  readonly health: RunnerHealth
  /** This one alone asks for no new jobs. */
  readonly paused?: true
  readonly tokenExpiresAt?: Instant
  /** When Drydock replaces the token by itself; absent where it does not. */
  readonly tokenRenewedAt?: Instant
  /** The last try to replace it failed. */
  readonly renewalTrouble?: RenewalTrouble
}

export interface RenewalTrouble {
  /** In words. */
  readonly problem: string
  readonly triedAt: Instant
  readonly againAt: Instant
}

export interface ConfigProblem {
  /** Path of the key, such as `runners[0].docker.pull_policy`; empty for the file itself. */
  readonly path: string
  /** 1-based; absent where the file could not be read at all. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  readonly remedy?: string
  readonly severity: 'error' | 'warning'
}

/** The whole application at a glance: the foot of the sidebar, the tray and `drydock status`. */
export interface AppStatus {
  readonly version: string
  readonly docker: DockerStatus
  readonly configFile: string
  readonly configProblems: readonly ConfigProblem[]
  readonly paused: boolean
  /** Why no jobs are asked for although nobody paused, such as a full disk: a sentence without its full stop. */
  readonly hindrance?: string
  readonly concurrent: number
  readonly running: number
  /** The address of the practice GitLab, when it runs inside this process. */
  readonly practiceUrl?: string
}
