import type { z } from 'zod'

import {
  globalKeywords,
  jobKeywords,
  type ArtifactsSpec,
  type CacheSpec,
  type GlobalKeywords,
  type ImageSpec,
  type JobKeywords,
  type ServiceSpec,
  type VariableSpec,
} from './keywords.ts'
import { parseDuration } from './duration.ts'
import { readYaml, type Path } from './yaml.ts'

export interface PipelineJob {
  readonly name: string
  readonly stage: string
  readonly image: ImageSpec | undefined
  readonly services: readonly ServiceSpec[]
  readonly variables: readonly VariableSpec[]
  /** before_script and script. */
  readonly script: readonly string[]
  readonly afterScript: readonly string[]
  readonly preGetSources: readonly string[]
  readonly tags: readonly string[]
  readonly artifacts: ArtifactsSpec | undefined
  readonly caches: readonly CacheSpec[]
  readonly needs: readonly { readonly job: string; readonly artifacts: boolean }[] | undefined
  readonly dependencies: readonly string[] | undefined
  /** Seconds, where the job sets it. */
  readonly timeout: number | undefined
  readonly allowFailure: boolean | readonly number[]
  readonly when: 'on_success' | 'on_failure' | 'always' | 'manual'
}

export interface PipelineFile {
  readonly stages: readonly string[]
  readonly variables: readonly VariableSpec[]
  /** In the order they run in: by stage, within a stage as written. */
  readonly jobs: readonly PipelineJob[]
}

export interface PipelineProblem {
  /** Such as `build.image.entrypoint`. */
  readonly key: string
  /** 1-based. */
  readonly line: number
  readonly message: string
}

/** What stands in a pipeline file and cannot be run. */
export class PipelineFileError extends Error {
  override readonly name = 'PipelineFileError'
  readonly problems: readonly PipelineProblem[]
  constructor(problems: readonly PipelineProblem[]) {
    super(
      problems
        .map(({ key, line, message }) => `.gitlab-ci.yml:${line}: ${key ? `${key}: ` : ''}${message}`)
        .join('\n'),
    )
    this.problems = problems
  }
}

/**
 * Reads a `.gitlab-ci.yml`. Keys that are not understood are problems, never passed over.
 * @throws PipelineFileError with all problems found.
 */
export function parsePipelineFile(text: string): PipelineFile {
  const { content, errors, lineOf } = readYaml(text)
  const problems: PipelineProblem[] = errors.map(({ line, message }) => ({ key: '', line, message }))
  const complain = (path: Path, message: string) =>
    void problems.push({ key: path.map(String).join('.'), line: lineOf(path), message })
  const giveUpOnProblems = () => {
    if (problems.length > 0) throw new PipelineFileError(problems)
  }
  giveUpOnProblems()

  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    complain([], 'the file must be a map of jobs')
    throw new PipelineFileError(problems)
  }
  const read = <T extends z.ZodType>(schema: T, value: unknown, path: Path): z.output<T> | undefined => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys)
          complain([...path, ...issue.path, key], 'the practice GitLab does not know this key')
      } else complain([...path, ...issue.path], issue.message)
    }
    return undefined
  }

  const { globals, jobs: written } = splitKeys(content)
  const global = read(globalKeywords, globals, [])
  const named = written.map(([name, value]) => [name, read(jobKeywords, value, [name])] as const)
  if (global?.default) {
    for (const key of Object.keys(global.default)) {
      if (key in globals) complain([key], `${key} is set here and under default; keep one`)
    }
  }
  giveUpOnProblems()

  const stages = ['.pre', ...(global?.stages ?? ['build', 'test', 'deploy']), '.post']
  const jobs = named
    .flatMap(([name, keywords]) => (keywords ? [jobFrom(name, keywords, global ?? {})] : []))
    .sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage))
  if (jobs.length === 0) complain([], 'there is no job in this file')
  checkJobs(jobs, stages, complain)
  giveUpOnProblems()
  return { stages, variables: global?.variables ?? [], jobs }
}

const globalKeys: ReadonlySet<string> = new Set(Object.keys(globalKeywords.shape))
// Words GitLab gives a meaning at the top of a file, so that they can be no jobs.
const reservedKeys: ReadonlySet<string> = new Set(['include', 'workflow', 'spec', 'types'])

function splitKeys(content: object) {
  const entries = Object.entries(content) as [string, unknown][]
  const isGlobal = ([key]: [string, unknown]) => globalKeys.has(key) || reservedKeys.has(key)
  return {
    globals: Object.fromEntries(entries.filter(isGlobal)),
    // A name with a leading dot is a template for YAML anchors; GitLab does not look into it either.
    jobs: entries.filter((entry) => !isGlobal(entry) && !entry[0].startsWith('.')),
  }
}

function jobFrom(
  name: string,
  job: JobKeywords,
  { default: inherited = {}, ...globals }: GlobalKeywords,
): PipelineJob {
  const { allow_failure: allowed, when } = job
  const timeout = job.timeout ?? inherited.timeout
  const before = job.before_script ?? inherited.before_script ?? globals.before_script ?? []
  return {
    name,
    stage: job.stage,
    image: job.image ?? inherited.image ?? globals.image,
    services: job.services ?? inherited.services ?? globals.services ?? [],
    variables: job.variables ?? [],
    script: [...before, ...job.script],
    afterScript: job.after_script ?? inherited.after_script ?? globals.after_script ?? [],
    preGetSources: (job.hooks ?? inherited.hooks)?.pre_get_sources_script ?? [],
    tags: job.tags ?? inherited.tags ?? [],
    artifacts: job.artifacts ?? inherited.artifacts,
    caches: job.cache ?? inherited.cache ?? globals.cache ?? [],
    needs: job.needs,
    dependencies: job.dependencies,
    timeout: timeout === undefined ? undefined : parseDuration(timeout),
    // A manual job may be left alone for ever unless its author says otherwise.
    allowFailure: typeof allowed === 'object' ? allowed.exit_codes : (allowed ?? when === 'manual'),
    when,
  }
}

function checkJobs(
  jobs: readonly PipelineJob[],
  stages: readonly string[],
  complain: (path: Path, message: string) => void,
) {
  const byName = new Map(jobs.map((job) => [job.name, job]))
  for (const { name, stage, script, needs, dependencies } of jobs) {
    if (!stages.includes(stage)) {
      complain([name, 'stage'], `there is no stage "${stage}"; the stages are ${stages.join(', ')}`)
    }
    if (script.length === 0) complain([name, 'script'], 'the script is empty')
    for (const [index, { job }] of (needs ?? []).entries()) {
      if (!byName.has(job)) complain([name, 'needs', index], `there is no job "${job}"`)
    }
    for (const [index, job] of (dependencies ?? []).entries()) {
      const other = byName.get(job)
      if (!other) complain([name, 'dependencies', index], `there is no job "${job}"`)
      else if (!needs && stages.indexOf(other.stage) >= stages.indexOf(stage)) {
        complain([name, 'dependencies', index], `"${job}" is not in an earlier stage`)
      }
    }
    if (reaches(name, name, byName, new Set()))
      complain([name, 'needs'], 'the job needs itself, directly or by others')
  }
}

function reaches(
  from: string,
  goal: string,
  jobs: ReadonlyMap<string, PipelineJob>,
  seen: Set<string>,
): boolean {
  return (jobs.get(from)?.needs ?? []).some(({ job }) => {
    if (job === goal) return true
    if (seen.has(job)) return false
    seen.add(job)
    return reaches(job, goal, jobs, seen)
  })
}
