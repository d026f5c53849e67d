import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { parse } from 'yaml'

import type { DeepPartial } from '../../main/engine/practice/enqueue-payload.ts'
import type { JobPayload, NewProject, RunnerOptions } from '../../main/engine/practice/practice-gitlab.ts'

/** A job in the words of `.gitlab-ci.yml`. */
export type JobKeywords = Readonly<Record<string, unknown>>

/** One `scenario.yml`: what is there, what happens, and how it must end. The log lies beside it in `expected.log`. */
export interface ScenarioFile {
  /** Lines of config.toml for a runner of its own; scenarios with the same lines share one. `{host}` is the server's. */
  readonly config?: { readonly runner?: string; readonly docker?: string }
  /** The runner as GitLab knows it; such a runner serves this scenario's project alone. */
  readonly gitlab_runner?: RunnerOptions
  readonly project?: Omit<NewProject, 'path'>
  /** Files of the repository, by path. */
  readonly repository?: Readonly<Record<string, string>>
  /** Pushed before `repository`, each its own commit, so that there is a history. */
  readonly history?: readonly Readonly<Record<string, string>>[]
  /** By path in the work tree; `{gitlab}` and `{host}` in a url stand for the server, `{project}` for the submodule's. */
  readonly submodules?: Readonly<Record<string, Submodule>>
  /** Keywords beside the job, such as `variables`. */
  readonly globals?: JobKeywords
  /** A job in a pipeline of the project … */
  readonly job?: JobKeywords
  /** … or a job of its own, as overrides of a plain payload. */
  readonly payload?: DeepPartial<JobPayload>
  /** Jobs of the same pipeline, by name, in the stage before the job's. */
  readonly before?: Readonly<Record<string, JobKeywords>>
  /** Jobs of the project that run, and succeed, before. */
  readonly earlier?: readonly {
    readonly job: JobKeywords
    readonly repository?: Readonly<Record<string, string>>
  }[]
  /** Also names the commit by this tag and runs the pipeline for it. */
  readonly tag?: string
  /** A branch to push to instead of the default one. */
  readonly branch?: string
  /** What goes wrong on the server. */
  readonly fault?: ScenarioFault
  /** The cancel button, pressed once the log holds `after`. */
  readonly cancel?: { readonly after: string; readonly graceful: boolean }
  readonly expect: Expectation
}

/** `hang`: no answer until the fault is over. */
export type ScenarioFault = {
  readonly status: number | 'hang'
  /** Where a redirect points; `{gitlab}` stands for the server itself, `{job}` for the job's id. */
  readonly location?: string
  /** Requests that it strikes … */
  readonly times?: number
  /** … or how long it lasts; both left away, until the scenario ends. */
  readonly seconds?: number
} & (
  | {
      /** Of the requests about this project's repository, those with this in their path. */
      readonly path: string
    }
  | {
      /** Requests for what begins with this, as those for a store that the server only seems to have. */
      readonly anything_below: string
    }
  | {
      /** Requests for the artifacts of this job of the pipeline … */
      readonly download_of: string
    }
  | {
      /** … or those that bring them. */
      readonly upload_of: string
    }
)

export interface Submodule {
  readonly files: Readonly<Record<string, string>>
  /** Commits before the one the project names, and one after it. */
  readonly earlier?: readonly Readonly<Record<string, string>>[]
  readonly later?: Readonly<Record<string, string>>
  readonly url?: string
  readonly submodules?: Readonly<Record<string, Submodule>>
}

export interface Expectation {
  /** `pending` = no runner may have it. */
  readonly status: 'success' | 'failed' | 'canceled' | 'pending'
  readonly reason?: string
  readonly exit_code?: number
  /** `none` where the runner said no checksum of the log. */
  readonly log_check?: 'none'
  /** Whether the job's repository was asked for at all. */
  readonly fetched?: boolean
  /** Seconds from the hand-out to the end. */
  readonly within?: number
  /**
   * How the log is compared. `whole`: every line, without colours, section markers and timestamps. `lines`: those of
   * `expected.log` occur in that order. `bytes`: all of it, control characters made visible.
   */
  readonly compare?: 'whole' | 'lines' | 'bytes'
  /** Texts that must not be in the log as it was sent. */
  readonly never?: readonly string[]
  /** What GitLab has of the job in the end, in the order it came. */
  readonly artifacts?: readonly ExpectedArtifact[]
}

/** An artifact as GitLab has it, and what the system's own programs find in it. */
export interface ExpectedArtifact {
  readonly file: string
  readonly type: string
  readonly format: string
  readonly expire_in?: string
  /** Of a zip: `mode path`, `mode path -> target` and, where the job set it, `mode path time` in its order. */
  readonly holds?: readonly string[]
  /** Of a zip: whether its files are stored as they are. */
  readonly stored?: boolean
  /** Of everything else: its text, unpacked. */
  readonly text?: string
}

export interface Scenario extends ScenarioFile {
  /** `topic/what-it-shows` */
  readonly name: string
  /** Of its project, where it is not the usual one. */
  readonly group?: string
  readonly folder: string
}

/** Every folder below `root` that has a `scenario.yml`, by name. */
export function loadScenarios(root: string): readonly Scenario[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => existsSync(join(folder, 'scenario.yml')))
    .sort()
    .map((folder) => ({
      ...(parse(readFileSync(join(folder, 'scenario.yml'), 'utf8')) as ScenarioFile),
      name: relative(root, folder),
      folder,
    }))
}
