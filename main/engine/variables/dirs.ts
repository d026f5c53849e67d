import { posix } from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { RunnerConfig } from '../config/schema.ts'
import type { JobDirs } from '../job/context.ts'
import type { Job } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobSettings } from './job-settings.ts'
import type { Variables } from './variables.ts'

export function buildsDirOf({ builds_dir }: RunnerConfig): string {
  return posix.resolve('/', builds_dir === '' ? '/builds' : builds_dir)
}

/** Where a job's project, temporary files and local caches lie inside its containers (job-execution.md §6.1). */
export function dirsOf(
  job: Job,
  runner: RunnerConfig,
  settings: Pick<JobSettings, 'gitStrategy' | 'gitClonePath'>,
  slot: { readonly shortToken: string; readonly concurrentProjectId: number },
  variables: Pick<Variables, 'expand'>,
): JobDirs {
  const builds = buildsDirOf(runner)
  const cacheDir = posix.resolve('/', runner.cache_dir === '' ? '/cache' : runner.cache_dir)
  const suffix = settings.gitStrategy === 'empty' ? '-empty' : ''
  const slug = `${slugOf(job.git.repoUrl) ?? `project-${job.info.projectId}`}${suffix}`
  const project =
    settings.gitClonePath === ''
      ? posix.join(builds, isOnHost(builds, runner, variables) ? ownPlace(slot) : '', slug)
      : clonePath(settings.gitClonePath, builds, runner)
  return { builds, project, tmp: `${project}.tmp`, cache: posix.join(cacheDir, slug) }
}

/**
 * The path of a repository's URL without `.git`, the slash in front dropped.
 * @returns `undefined` where the URL has no host, no path or one that cannot be a directory of its own.
 */
export function slugOf(repoUrl: string): string | undefined {
  const [, path = ''] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]+([^?#]*)/.exec(repoUrl) ?? []
  const slug = posix.normalize(decoded(path).replace(/\.git$/, '')).replace(/^\/+|\/+$/g, '')
  // oxlint-disable-next-line no-control-regex -- control characters are what this keeps out of paths
  return slug === '' || slug === '.' || slug.includes('..') || /[\u0000-\u001f]/.test(slug) ? undefined : slug
}

/**
 * The cleaned `GIT_CLONE_PATH` (job-execution.md §6.2). Symbolic links are followed inside the container, where they are.
 * @throws JobFailure where the runner forbids it or it lies outside the builds directory.
 */
function clonePath(asked: string, builds: string, { custom_build_dir }: RunnerConfig): string {
  if (custom_build_dir.enabled === false) {
    throw new JobFailure('runner_configuration_error', say('clone-path-off'))
  }
  const path = posix.resolve('/', asked)
  if (!asked.startsWith('/') || posix.relative(builds, path).startsWith('..') || asked.includes('\0')) {
    throw new JobFailure(
      'runner_configuration_error',
      say('clone-path-outside', { asked: JSON.stringify(asked), builds: JSON.stringify(builds) }),
    )
  }
  return path
}

/** Jobs of every project and slot meet in a directory of the host, so each needs a place of its own there. */
function ownPlace(slot: { readonly shortToken: string; readonly concurrentProjectId: number }): string {
  return `${slot.shortToken}/${slot.concurrentProjectId}`
}

/** Whether a host mount holds the builds directory: its destination is that directory or one above it. */
function isOnHost(builds: string, { docker }: RunnerConfig, variables: Pick<Variables, 'expand'>): boolean {
  return (docker?.volumes ?? []).some((volume) => {
    const [, destination] = /^\/[^:]*:(\/[^:]*)(?::|$)/.exec(volume) ?? []
    if (destination === undefined) return false
    const path = posix.resolve('/', variables.expand(destination))
    return builds === path || builds.startsWith(path === '/' ? '/' : `${path}/`)
  })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
