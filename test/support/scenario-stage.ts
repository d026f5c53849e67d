import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { stringify } from 'yaml'

import type { PracticeGitLab, PracticeJob } from '../../main/engine/practice/practice-gitlab.ts'
import type { RunnerUnderTest } from './runner-under-test.ts'
import type { JobKeywords, Scenario, ScenarioFault, Submodule } from './scenario.ts'

const run = promisify(execFile)

/** Where scenarios are played: the server, its folder, and the tags of the runners. */
export interface ScenarioStage {
  readonly runner: RunnerUnderTest
  /** What jobs of a scenario must be tagged with to reach the runner that is configured for it. */
  readonly tagsOf: (scenario: Scenario) => readonly string[]
  /** The server's folder, for repositories that are submodules. */
  readonly gitlabFolder: string
  /** Submodules' projects that are there. */
  readonly submodules: Set<string>
}

export interface Played {
  readonly job: PracticeJob
  /** Requests for the project's repository. */
  readonly fetches: number
  /** Seconds from the hand-out to the end. */
  readonly took: number
}

interface PipelineIds {
  readonly job: number
  readonly [name: string]: number
}

const usualGroup = 'scenarios'

export const projectOf = ({ name, group = usualGroup }: Pick<Scenario, 'name' | 'group'>) =>
  `${group}/${name.replaceAll('/', '-')}`

/** A scenario as it is played for another time: its project is there already. */
export const againAs = (scenario: Scenario, attempt: number): Scenario =>
  attempt === 0 || scenario.gitlab_runner !== undefined
    ? scenario
    : { ...scenario, group: `${usualGroup}-${attempt}` }

/** A log as it would be had the scenario been played for the first time. */
export const asOfFirst = ({ group = usualGroup }: Scenario, log: Buffer): Buffer =>
  Buffer.from(log.toString('latin1').replaceAll(`${group}/`, `${usualGroup}/`), 'latin1')

/** Plays one scenario: its project, the jobs before, the job itself with whatever happens meanwhile. */
export async function playScenario(
  scenario: Scenario,
  stage: ScenarioStage,
  signal: AbortSignal,
): Promise<Played> {
  const { gitlab } = stage.runner
  await using folder = await newFolder()
  const path = projectOf(scenario)
  // A runner of its own serves a project that is there already.
  if (scenario.gitlab_runner === undefined) await gitlab.createProject({ ...scenario.project, path })
  for (const { job, repository } of scenario.earlier ?? []) {
    const { job: id } = await startPipeline(scenario, job, { ...repository }, stage, folder.path)
    const { status, log } = await gitlab.waitForJob(id, 'finished', signal)
    if (status !== 'success') throw new Error(`An earlier job ended ${status}:\n${log.toString()}`)
  }
  for (const files of scenario.history ?? []) {
    await writeFiles(folder.path, files)
    await gitlab.push(path, folder.path)
  }
  using faults = new DisposableStack()
  const { fault } = scenario
  if (fault !== undefined && 'path' in fault)
    faults.use(beginFault(gitlab, fault, { path: new RegExp(`${path}[.]git/.*${fault.path}`) }))
  if (fault !== undefined && 'anything_below' in fault)
    faults.use(beginFault(gitlab, fault, { path: new RegExp(`^${fault.anything_below}`) }))
  const fetchesBefore = countFetches(gitlab, path)
  const ids: PipelineIds =
    scenario.payload === undefined
      ? await startPipeline(scenario, scenario.job ?? {}, scenario.repository ?? {}, stage, folder.path)
      : { job: gitlab.enqueue(scenario.payload, { tags: stage.tagsOf(scenario), project: path }).id }
  if (fault !== undefined && ('download_of' in fault || 'upload_of' in fault)) {
    const [method, name] =
      'download_of' in fault ? (['GET', fault.download_of] as const) : (['POST', fault.upload_of] as const)
    const { location } = fault
    const struck = {
      ...fault,
      ...(location !== undefined && { location: location.replaceAll('{job}', String(ids.job)) }),
    }
    faults.use(beginFault(gitlab, struck, { method, path: new RegExp(`/jobs/${ids[name]}/artifacts`) }))
  }
  const { job: id } = ids
  if (scenario.expect.status === 'pending') {
    await askedInVain(gitlab, scenario, signal)
    return { job: gitlab.job(id), fetches: 0, took: 0 }
  }
  if (scenario.cancel !== undefined) {
    const { after, graceful } = scenario.cancel
    await gitlab.until(() => {
      const { status, log } = gitlab.job(id)
      if (log.includes(after)) return true
      if (status !== 'pending' && status !== 'running')
        throw new Error(`It ended ${status}:\n${log.toString()}`)
      return undefined
    }, signal)
    gitlab.cancelJob(id, { graceful })
  }
  await gitlab.waitForJob(id, 'finished', signal)
  // Where the server ended the job itself, the runner's last words are still to come.
  const job = gitlab.job(id)
  const at = (type: string) => job.events.findLast((event) => event.type === type)?.at ?? Number.NaN
  return {
    job,
    fetches: countFetches(gitlab, path) - fetchesBefore,
    took: (at('job-changed') - at('job-handed-out')) / 1000,
  }
}

/** @returns the ids of its jobs, by name. */
async function startPipeline(
  scenario: Scenario,
  job: JobKeywords,
  files: Readonly<Record<string, string>>,
  stage: ScenarioStage,
  folder: string,
): Promise<PipelineIds> {
  const { gitlab } = stage.runner
  const path = projectOf(scenario)
  const tags = scenario.gitlab_runner === undefined ? { tags: stage.tagsOf(scenario) } : {}
  const before = Object.entries(scenario.before ?? {}).map(
    ([name, keywords]) => [name, { stage: 'build', ...tags, ...keywords }] as const,
  )
  const pipeline = { ...scenario.globals, ...Object.fromEntries(before), job: { ...tags, ...job } }
  await writeFiles(folder, { ...files, '.gitlab-ci.yml': stringify(pipeline, { version: '1.1' }) })
  if (scenario.submodules !== undefined) await addSubmodules(folder, path, scenario.submodules, stage)
  const { tag, branch } = scenario
  await gitlab.push(path, folder, {
    ...(tag !== undefined && { tag }),
    ...(branch !== undefined && { ref: branch }),
  })
  const { jobs } = await gitlab.createPipeline(path, tag ?? branch)
  return { job: Number.NaN, ...Object.fromEntries(jobs.map(({ name, id }) => [name, id])) }
}

/** Makes a project of each submodule, and a commit of it part of the folder. */
async function addSubmodules(
  folder: string,
  parent: string,
  submodules: Readonly<Record<string, Submodule>>,
  stage: ScenarioStage,
): Promise<void> {
  const { gitlab } = stage.runner
  let modules = ''
  for (const [path, { files, earlier = [], later, url, submodules: nested }] of Object.entries(submodules)) {
    const project = `${parent}-${path.replaceAll('/', '-')}`
    const repository = join(stage.gitlabFolder, 'repositories', `${project}.git`)
    if (!stage.submodules.has(project)) await gitlab.createProject({ path: project, visibility: 'public' })
    stage.submodules.add(project)
    await using source = await newFolder()
    for (const before of earlier) {
      await writeFiles(source.path, before)
      await gitlab.push(project, source.path)
    }
    await writeFiles(source.path, files)
    if (nested !== undefined) await addSubmodules(source.path, project, nested, stage)
    await gitlab.push(project, source.path)
    await rm(join(folder, path), { recursive: true, force: true })
    await run('git', ['clone', '-q', repository, join(folder, path)])
    if (later !== undefined) {
      await writeFiles(source.path, later)
      await gitlab.push(project, source.path)
    }
    const { host } = new URL(gitlab.url)
    const address = (url ?? `{gitlab}/{project}.git`)
      .replaceAll('{gitlab}', gitlab.url)
      .replaceAll('{host}', host.split(':')[0]!)
      .replaceAll('{project}', project)
    modules += `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${address}\n`
  }
  await writeFiles(folder, { '.gitmodules': modules })
}

function beginFault(
  { faults, url }: PracticeGitLab,
  { status, location, times, seconds }: ScenarioFault,
  requests: { readonly method?: 'GET' | 'POST'; readonly path: RegExp },
): Disposable {
  const scope = {
    ...requests,
    ...(times !== undefined && { times }),
    ...(seconds !== undefined && { forSeconds: seconds }),
  }
  const headers = location === undefined ? {} : { location: location.replaceAll('{gitlab}', url) }
  const made = status === 'hang' ? faults.hang(scope) : faults.answer(status, { ...scope, headers })
  return { [Symbol.dispose]: () => made.restore() }
}

/** Resolves when the scenario's runner has asked twice for a job, from now on, and got none. */
async function askedInVain(gitlab: PracticeGitLab, { name }: Scenario, signal: AbortSignal): Promise<void> {
  const since = gitlab.events.at(-1)?.seq ?? 0
  const runner = gitlab.runners().find(({ description }) => description === name)
  await gitlab.until(() => {
    const asked = gitlab.events.filter(
      (event) =>
        event.seq > since &&
        event.type === 'request-answered' &&
        event.runner === runner?.id &&
        event.detail?.kind === 'job-request',
    )
    return asked.length >= 2 ? true : undefined
  }, signal)
}

const countFetches = (gitlab: PracticeGitLab, project: string) =>
  gitlab.events.filter(
    (event) => event.type === 'request-answered' && event.path.startsWith(`/${project}.git/`),
  ).length

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

async function newFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'drydock-scenario-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
