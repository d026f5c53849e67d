import type { RunnerConfig } from '../config/schema.ts'
import type { TlsFiles } from '../gitlab/port.ts'
import type { JobContext, JobDirs } from '../job/context.ts'
import type { Job } from '../job/job.ts'
import { buildsDirOf, dirsOf } from './dirs.ts'
import { resolveFlags, type FeatureFlags } from './feature-flags.ts'
import { shortToken } from './identifiers.ts'
import { parseJobSettings } from './job-settings.ts'
import { environmentEntries, variablesInOrder, type VariableSources } from './order.ts'
import { expandVariables, type Variables } from './variables.ts'
import { usableVariables } from './usable-variables.ts'

export interface JobContextParts {
  readonly job: Job
  readonly runner: RunnerConfig
  readonly systemId: string
  readonly concurrentId: number
  readonly concurrentProjectId: number
  /** `X-Request-Id` of the job request; `''` where none was sent. */
  readonly correlationId: string
  readonly tls: TlsFiles
  /** Name of the job's image as written; `''` or `undefined` where neither job nor configuration names one. */
  readonly imageName: string | undefined
}

/**
 * Settles everything about a job that is known before its first stage.
 * @returns the context, and the problems with its variables for one warning in its log, a line each.
 * @throws JobFailure `runner_configuration_error` where `GIT_CLONE_PATH` is refused (job-execution.md §6.2).
 */
export function createJobContext(parts: JobContextParts): {
  readonly context: JobContext
  readonly warnings: readonly string[]
} {
  const { job, runner } = parts
  const payload = usableVariables(job.variables)
  const slot = { shortToken: shortToken(runner.token), concurrentProjectId: parts.concurrentProjectId }
  const sources: VariableSources = { ...parts, shortToken: slot.shortToken, payload: payload.variables }

  // Flags, directories and settings are variables and come from variables: the first two are settled from a list that
  // has all but them.
  const before = expandVariables(
    variablesInOrder({ ...sources, flags: noFlags, dirs: dirsBefore(runner) }),
    '',
  )
  const { flags, warnings: flagWarnings } = resolveFlags(runner.feature_flags, flagValues(sources, before), {
    FF_NETWORK_PER_BUILD: wantsOwnNetwork(job, runner),
  })
  const defaults = {
    allowGitFetch: job.allowGitFetch,
    depth: job.git.depth,
    debugTraceDisabled: runner.debug_trace_disabled,
  }
  const dirs = dirsOf(job, runner, parseJobSettings(before, defaults).settings, slot, before)

  const imageName = before.expand(parts.imageName ?? '')
  const variables = expandVariables(variablesInOrder({ ...sources, imageName, flags, dirs }), dirs.tmp)
  const { settings, warnings: settingWarnings } = parseJobSettings(variables, defaults)
  return {
    context: {
      job,
      runner,
      systemId: parts.systemId,
      shortToken: slot.shortToken,
      concurrentId: parts.concurrentId,
      concurrentProjectId: parts.concurrentProjectId,
      variables,
      settings,
      flags,
      dirs,
      correlationId: parts.correlationId,
    },
    warnings: [...payload.warnings, ...settingWarnings, ...flagWarnings],
  }
}

/** Names of a job's variables, each once, in order. Values stay in the context. */
export function variableNames({ variables }: Pick<JobContext, 'variables'>): readonly string[] {
  return [...new Set(variables.list.map(({ key }) => key))]
}

/** Services and the job reach each other by name, and nobody else does. */
const wantsOwnNetwork = ({ services }: Job, { docker }: RunnerConfig): boolean =>
  docker?.network_mode === '' && services.length + docker.services.length > 0

const noFlags: FeatureFlags = new Map()

function dirsBefore(runner: RunnerConfig): JobDirs {
  return { builds: buildsDirOf(runner), project: '', tmp: '', cache: '' }
}

/** What job variables, and below them `environment`, say about a flag. */
function flagValues({ payload, runner }: VariableSources, variables: Variables): (name: string) => string {
  const entries = environmentEntries(runner)
  return (name) => {
    const variable = payload.findLast(({ key }) => key === name)
    if (variable !== undefined) return variable.raw ? variable.value : variables.expand(variable.value)
    return variables.expand(entries.findLast(([key]) => key === name)?.[1] ?? '')
  }
}
