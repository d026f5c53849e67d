import type { JobExport, runnerApi } from '../contract/api.ts'
import type { ApiImplementation } from '../contract/table.ts'
import type { Config } from '../engine/config/schema.ts'
import type { SecretPlace } from '../engine/setup/access-tokens.ts'
import type { Terminal } from './terminal.ts'
import type { Stoppable } from './signals.ts'

/** Jobs come from the runners of a file, which is watched, or from one runner given on the command line. */
export type ConfigOrigin =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'fixed'; readonly config: Config }

export interface EngineRequest {
  readonly terminal: Terminal
  readonly origin: ConfigOrigin
  readonly dataDir: string
  /** Wanted by `serve`: the application on loopback. */
  readonly serve?: { readonly port: number }
  /** Folder of the built page; the one that ships unless told. */
  readonly assets?: string
  /** The practice GitLab that runs beside the engine. */
  readonly practiceUrl?: string
  /** Shows a dialog, where the system has one. @returns `undefined` when it was left. */
  readonly chooseFolder?: () => Promise<string | undefined>
  /** Where the system keeps secrets, where it does. */
  readonly secrets?: SecretPlace
  /** `listen_address` of the command line, which wins over the file's. */
  readonly listenAddress?: string
}

/** An engine that takes jobs. */
export interface RunningEngine extends Stoppable {
  /** For a door in this process. */
  readonly api: ApiImplementation<typeof runnerApi>
  /** Jobs taken since the start, and of those the finished ones. */
  readonly counts: { readonly taken: number; readonly done: number }
  /** Resolves at the next change of `counts`. */
  jobsChanged(signal: AbortSignal): Promise<void>
  /** Address of the page with its token, when it is served. */
  readonly url?: string
  /** Milliseconds; read when a stop begins, since the file may have changed. */
  shutdownTimeout(): number
}

/** What `main/cli/engine.ts` offers to the commands. Loaded late: it brings native modules along. */
export interface EngineModule {
  /** @throws ConfigRefused when the file has errors; CommandFailure when an engine runs on the data folder. */
  readonly startEngine: (request: EngineRequest) => Promise<RunningEngine>
  /** Speaks to the engine that runs on a data folder; undefined where none answers. `url` is its page's, with the token. */
  readonly findEngine: (dataDir: string) => Promise<(AsyncDisposable & { readonly url: string }) | undefined>
  /** Prints what the engine that runs on this data folder is doing. Resolves to the exit code. */
  readonly showStatus: (options: StatusRequest) => Promise<number>
  /** Looks for what would keep jobs from running, and prints it. Resolves to the exit code. */
  readonly examine: (options: StatusRequest) => Promise<number>
  /** Prints what Drydock has on the disk. Resolves to the exit code. */
  readonly showDisk: (options: StatusRequest) => Promise<number>
  /** Removes what is over the limits, or says what that would be. Resolves to the exit code. */
  readonly pruneDisk: (options: PruneRequest) => Promise<number>
  /** Prints jobs of the history. Resolves to the exit code. */
  readonly printJobs: (options: JobsRequest) => Promise<number>
  /** Opens a shell in what is kept of a job. Resolves to the shell's exit code. */
  readonly openShell: (options: ShellRequest) => Promise<number>
  /** Sets everything up and runs the sample job. Resolves to the exit code. */
  readonly playDemo: (options: DemoRequest) => Promise<number>
}

export interface StatusRequest {
  readonly terminal: Terminal
  readonly configFile: string
  readonly dataDir: string
  readonly json: boolean
}

export interface PruneRequest extends StatusRequest {
  readonly dryRun: boolean
  /** Bytes that may stay, instead of the budget; 0 = nothing that may go. */
  readonly downTo?: number
}

export interface JobsRequest extends StatusRequest {
  readonly jobs: JobExport
}

export interface ShellRequest extends StatusRequest {
  /** GitLab's id of the job, or ours; the only kept one where not given. */
  readonly job?: number
  /** Do not remove it when the shell ends. */
  readonly keep: boolean
  /** Remove it instead of opening a shell. */
  readonly release: boolean
}

export interface DemoRequest {
  readonly terminal: Terminal
  readonly dataDir?: string
  /** Folder of a cross toolchain to use instead of Debian's. */
  readonly toolchain?: string
  /** False prints the log to the terminal and leaves nothing running. */
  readonly ui: boolean
}
