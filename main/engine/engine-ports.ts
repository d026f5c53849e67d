import type { ConfigProblem, DockerStatus } from '../contract/status.ts'
import type { Config } from './config/schema.ts'
import type { DockerEngine } from './docker/port.ts'
import type { Executor } from './job/ports.ts'

/** Where the configuration comes from: a watched file, or the flags of `run-single`. */
export interface ConfigSource {
  readonly file: string
  current(): Config
  problems(): readonly ConfigProblem[]
  /** The configuration after every change. */
  watch(signal: AbortSignal): AsyncIterable<Config>
  /** The problems of the file as it is now, then whenever they change: an edit that is refused changes nothing else. */
  watchProblems(signal: AbortSignal): AsyncIterable<readonly ConfigProblem[]>
}

/** The Docker engine as the engine's owner needs it. */
export interface DockerHost {
  readonly executor: Executor
  /** Those engines of the configuration that answer. */
  engines(): Promise<readonly DockerEngine[]>
  status(): DockerStatus
  watchStatus(signal: AbortSignal): AsyncIterable<DockerStatus>
  /** Removes what dead sessions of ours left behind, once their engine answers. */
  sweep(signal: AbortSignal): Promise<void>
}
