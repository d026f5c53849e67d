import { downloadArtifacts } from '../artifacts/download-artifacts.ts'
import { hasArtifactsFor, hasDependencies } from '../artifacts/due.ts'
import { uploadArtifacts } from '../artifacts/upload-artifacts.ts'
import type { CacheStore } from '../cache/cache-store.ts'
import { hasCacheFor, hasCaches } from '../cache/due.ts'
import { restoreCaches } from '../cache/restore-caches.ts'
import { saveCaches } from '../cache/save-caches.ts'
import type { ArtifactGateway } from '../gitlab/artifact-port.ts'
import {
  afterScript,
  cleanupScript,
  clearWorktreeScript,
  prepareScript,
  stepScript,
} from '../script/stage-scripts.ts'
import { getSourcesScript } from '../sources/get-sources.ts'
import { bareWords, isBareWorkspace, printAsStage } from './bare-workspace.ts'
import type { JobContext } from './context.ts'
import { JobCanceled, JobFailure } from './outcome.ts'
import type { JobEnvironment, JobOutput } from './ports.ts'
import type { Progress, Stage } from './stages.ts'

export interface PlanParts {
  readonly context: JobContext
  readonly environment: JobEnvironment
  readonly output: JobOutput
  readonly artifacts: ArtifactGateway
  readonly caches: CacheStore
  readonly runnerHostname: string
  readonly containerHostname: string
}

/** The stages of a job, in order (job-execution.md §1.2). Stages with nothing to do are left out. */
export function planOf(parts: PlanParts): readonly Stage[] {
  const { context, environment, output, artifacts, caches } = parts
  const { job, settings } = context
  const steps = job.steps.filter((step) => step.name !== 'after_script' && step.script.length > 0)
  const after = job.steps.find((step) => step.name === 'after_script')
  const isBare = isBareWorkspace(context, environment)
  const inHelper = (text: () => string): Stage['work'] => ({ kind: 'script', runsIn: 'helper', text })
  const task = (run: (signal: AbortSignal) => Promise<void>): Stage['work'] => ({ kind: 'task', run })
  const beforeScripts = { due: 'while_successful', stopsOn: 'cancel', counts: 'fails-job' } as const
  const afterScripts = { stopsOn: 'abort', counts: 'fails-job' } as const

  const clearWorktree: Stage = {
    name: 'clear_worktree',
    title: 'Deleting all tracked and untracked files due to source fetch failure',
    work: inHelper(() => clearWorktreeScript(context)),
    ...beforeScripts,
  }
  const rows: readonly (Stage | false)[] = [
    {
      name: 'prepare_script',
      title: 'Preparing environment',
      work: isBare
        ? task(() => printAsStage(output, bareWords.prepare(parts.containerHostname, parts.runnerHostname)))
        : inHelper(() => prepareScript(context, parts)),
      ...beforeScripts,
      limit: 'prepare',
      endsPlan: true,
    },
    {
      name: 'get_sources',
      title: 'Getting source from Git repository',
      work: isBare
        ? task(() => printAsStage(output, bareWords.sources))
        : inHelper(() => getSourcesScript(context)),
      ...beforeScripts,
      limit: 'sources',
      attempts: settings.attempts.getSources,
      beforeSecondTry: clearWorktree,
    },
    hasCaches(job) && {
      name: 'restore_cache',
      title: 'Restoring cache',
      work: task((signal) => restoreCaches(context, environment, output, caches, signal)),
      ...beforeScripts,
      attempts: settings.attempts.restoreCache,
    },
    hasDependencies(job) && {
      name: 'download_artifacts',
      title: 'Downloading artifacts',
      work: task((signal) => downloadArtifacts(context, environment, output, artifacts, signal)),
      ...beforeScripts,
      attempts: settings.attempts.artifactDownload,
    },
    ...steps.map((step): Stage => {
      const name = `step_${step.name.toLowerCase()}`
      return {
        name,
        title: `Executing "${name}" stage of the job script`,
        work: {
          kind: 'script',
          runsIn: 'build',
          text: () => stepScript(context, step, { makesProject: isBare }),
        },
        ...beforeScripts,
        limit: 'script',
        isScript: true,
      }
    }),
    after !== undefined &&
      after.script.length > 0 && {
        name: 'after_script',
        title: 'Running after_script',
        work: {
          kind: 'script',
          runsIn: 'build',
          text: (progress) => afterScript(context, jobStatusOf(progress)),
        },
        due: 'once_scripted',
        stopsOn: 'abort',
        counts: settings.afterScriptIgnoreErrors ? 'warns' : 'fails-job',
        limit: 'after_script',
      },
    hasCacheFor(job, 'success') && {
      name: 'archive_cache',
      title: 'Saving cache for successful job',
      work: task((signal) => saveCaches(context, environment, output, caches, 'success', signal)),
      due: 'after_success',
      ...afterScripts,
    },
    hasCacheFor(job, 'failure') && {
      name: 'archive_cache_on_failure',
      title: 'Saving cache for failed job',
      work: task((signal) => saveCaches(context, environment, output, caches, 'failure', signal)),
      due: 'after_failure',
      ...afterScripts,
    },
    hasArtifactsFor(job, 'success') && {
      name: 'upload_artifacts_on_success',
      title: 'Uploading artifacts for successful job',
      work: task((signal) => uploadArtifacts(context, environment, output, artifacts, 'success', signal)),
      due: 'after_success',
      ...afterScripts,
    },
    hasArtifactsFor(job, 'failure') && {
      name: 'upload_artifacts_on_failure',
      title: 'Uploading artifacts for failed job',
      work: task((signal) => uploadArtifacts(context, environment, output, artifacts, 'failure', signal)),
      due: 'after_failure',
      ...afterScripts,
    },
    {
      name: 'cleanup_file_variables',
      title: 'Cleaning up project directory and file based variables',
      // A workspace made for this job goes as a whole.
      work: isBare ? task(async () => {}) : inHelper(() => cleanupScript(context)),
      due: 'always',
      stopsOn: 'abort',
      counts: 'is-noted',
    },
  ]
  return rows.filter((row) => row !== false)
}

export type JobStatus = 'success' | 'failed' | 'canceled' | 'timedout'

/** What `CI_JOB_STATUS` says in after_script. */
function jobStatusOf({ failure }: Progress): JobStatus {
  if (failure === undefined) return 'success'
  if (failure instanceof JobCanceled) return 'canceled'
  return failure instanceof JobFailure && failure.reason === 'job_execution_timeout' ? 'timedout' : 'failed'
}
