import type { Readable, Writable } from 'node:stream'

import type { ImagePull, MountInfo } from '../../contract/job.ts'
import type { JobResources } from '../../contract/resources.ts'
import type { Transfer } from '../../contract/transfer.ts'
import type { JobContext } from './context.ts'

/** Where a job's output goes, already past masking, timestamps and the size limit. */
export interface LogStream {
  /** Resolves when the bytes are in the log's file; a fast producer waits here. */
  write(chunk: Uint8Array | string): Promise<void>
  /** Flushes what masking or timestamps still hold back. */
  end(): Promise<void>
}

/** Told how far a transfer is, `undefined` once it is over. @param key the same for all of one transfer. */
export type TellTransfer = (key: symbol, transfer: Transfer | undefined) => void

/** The runner's own lines (job-execution.md §2.1) and the streams its stages write to. */
export interface JobOutput {
  plain(text: string): Promise<void>
  info(text: string): Promise<void>
  warning(text: string): Promise<void>
  error(text: string): Promise<void>
  /** Section marker and heading; the returned function writes the end marker. */
  section(name: string, title: string): Promise<() => Promise<void>>
  /** `number` is the two-digit stream of a timestamped line: 1 = a stage, 15 = a service. */
  stream(number: 1 | 15, kind: 'O' | 'E'): LogStream
  /** What is on its way, for the job's page. */
  readonly onTransfer?: TellTransfer
}

export type ContainerRole = 'helper' | 'build'

/** Shell text of one stage. */
export interface StageScript {
  readonly name: string
  readonly runsIn: ContainerRole
  readonly text: string
}

/** An image as the job names it, and its content. */
export interface JobImageInfo {
  readonly name: string
  /** SHA-256 in hex: of its manifest, or of its configuration where it came from no registry. */
  readonly digest: string
}

/** The containers of one job, made by `Executor.prepare`. Disposing removes everything the job made. */
export interface JobEnvironment extends AsyncDisposable {
  /** Host name of the job's containers, as the log shows it. */
  readonly hostname: string
  /** Whether the builds folder is a volume made for this job, or may hold what an earlier job left. */
  readonly workspace: 'fresh' | 'kept'
  /** Call before disposing where the job has failed: its containers may then be kept for a while to look into. */
  noteFailure?(): void
  /** What the containers mount, for the job's page. */
  readonly mounts: readonly MountInfo[]
  /** A command for a terminal that makes such a container again (docker-run.ts); absent where there is none. */
  readonly recreate?: string | undefined
  /** The image the scripts run in, where it is known exactly. */
  readonly image?: JobImageInfo | undefined
  /**
   * Runs a stage's shell text, its output going to stream 1 of the job's output.
   * @throws JobFailure `script_failure` with the exit code when it is not 0; `runner_system_failure` when the
   *   container or the engine is lost. Rejects with `signal.reason` when the signal aborts, after the stage's
   *   processes are gone.
   */
  run(script: StageScript, signal: AbortSignal): Promise<void>
  /**
   * Runs a program in the helper container as its user, without the log: for archives and file lists.
   * @returns the exit code; `stderr` holds at most the last 64 KiB.
   */
  exec(
    command: readonly string[],
    io: { readonly stdin?: Readable; readonly stdout?: Writable; readonly workingDir?: string },
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly stderr: string }>
}

/** Told, as it happens, how far the pulls of a job's images are: all that run now, none once the last has ended. */
export interface PullObserver {
  pulling(pulls: readonly ImagePull[]): void
}

/** Told now and then what the containers of a job use. */
export interface ResourceObserver {
  measured(resources: JobResources): void
  /** Does somebody look now? Then it is measured more often. */
  isWatched(): boolean
}

export interface ExecutorObserver extends PullObserver, Partial<ResourceObserver> {}

export interface Executor {
  /**
   * Pulls images, makes network, volumes, services and containers, independent steps side by side.
   * @throws JobFailure with the reason of docker-executor.md §15.1; whatever was made is removed first.
   */
  prepare(
    context: JobContext,
    output: JobOutput,
    signal: AbortSignal,
    observer?: ExecutorObserver,
  ): Promise<JobEnvironment>
}
