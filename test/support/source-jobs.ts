import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

import type { JobContext } from '../../main/engine/job/context.ts'
import { getSourcesScript } from '../../main/engine/sources/get-sources.ts'
import { git, Repository } from './git-repositories.ts'
import { gitServer } from './git-server.ts'
import { aContext, aPayload, variables, type GivenParts } from './job-context.ts'
import { runInShell, temporaryDirectory, type ShellName } from './shells.ts'

export const jobToken = 'glcbt-64_kQx3vR9sWbN1mYtZpLfE'

/** A line of a stage's own words, as the log has it. */
export const green = (text: string) => `\u001b[32;1m${text}\u001b[0;m\n`

/** Where jobs run one after the other: the builds directory and the helper's home outlive each. */
export interface SourceSlot {
  readonly builds: string
  readonly home: string
}

export interface SourceJob {
  readonly path: string
  readonly sha: string
  readonly slot?: SourceSlot
  readonly settings?: Readonly<Record<string, string>>
  readonly git?: Partial<ReturnType<typeof aPayload>['git']>
  readonly job?: GivenParts['job']
  readonly runner?: GivenParts['runner']
  readonly correlationId?: string
}

export type SourceJobs = Awaited<ReturnType<typeof sourceJobs>>

/** A git server and jobs that get their sources from it, in a directory that is gone afterwards. */
export async function sourceJobs() {
  const root = await temporaryDirectory()
  const served = join(root.path, 'served')
  await mkdir(served)
  const programs = await programsWithout('git-lfs', join(root.path, 'programs'))
  const server = await gitServer(served, { username: 'gitlab-ci-token', password: jobToken })
  let made = 0

  const slot = (): SourceSlot => ({
    builds: join(root.path, `slot${made++}`, 'builds'),
    home: join(root.path, `home${made}`),
  })

  function contextOf({
    path,
    sha,
    settings = {},
    job,
    runner,
    correlationId = '',
    slot: given,
    git,
  }: SourceJob) {
    const place = given ?? slot()
    const context = aContext({
      correlationId,
      runner: { url: server.origin, builds_dir: place.builds, ...runner },
      job: {
        token: jobToken,
        git: {
          ...aPayload().git,
          repoUrl: server.urlOf(path),
          sha,
          refspecs: ['+refs/pipelines/1:refs/pipelines/1', '+refs/heads/main:refs/remotes/origin/main'],
          ...git,
        },
        variables: variables({
          CI_JOB_TOKEN: jobToken,
          CI_PROJECT_PATH: path,
          CI_SERVER_HOST: '127.0.0.1',
          ...settings,
        }),
        ...job,
      },
    })
    return { context, slot: place }
  }

  async function run(
    place: SourceSlot,
    text: string,
    shell: ShellName = 'dash',
    env: Record<string, string> = {},
  ) {
    await mkdir(place.home, { recursive: true })
    await mkdir(place.builds, { recursive: true })
    const shellEnv = { HOME: place.home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', PATH: programs, ...env }
    return runInShell(shell, text, { env: shellEnv, cwd: place.builds })
  }

  return {
    server,
    root: root.path,
    /** A PATH with this machine's programs but git-lfs, which is not on every machine. */
    programs,
    slot,
    contextOf,
    run,

    /** Gets a job's sources as its stage does. */
    async get(given: SourceJob, shell?: ShellName, env?: Record<string, string>) {
      const { context, slot: place } = contextOf(given)
      const { project } = context.dirs
      const result = await run(place, getSourcesScript(context), shell, env)
      return {
        ...result,
        context,
        slot: place,
        project,
        read: (name: string) => readFile(join(project, name), 'utf8'),
        git: (...args: readonly string[]) => git(project, ...args),
        /** Runs another stage of the same job. */
        stage: (text: (context: JobContext) => string) => run(place, text(context), shell),
      }
    },

    /** A repository on the server with `file.txt` in its first commit. */
    async repository(name = `p${made++}`, submodules: Parameters<Repository['commit']>[1] = []) {
      const path = `group/${name}`
      const repository = await Repository.create(served, path)
      return { path, repository, sha: await repository.commit({ 'file.txt': `${name}\n` }, submodules) }
    },

    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await root[Symbol.asyncDispose]()
    },
  }
}

/** Links to every program of this machine but one, in a folder of their own. */
async function programsWithout(left: string, folder: string): Promise<string> {
  await mkdir(folder)
  const taken = new Set([left])
  for (const place of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of await readdir(place).catch((): string[] => [])) {
      if (taken.has(name)) continue
      taken.add(name)
      await symlink(join(place, name), join(folder, name))
    }
  }
  return folder
}

/** inner inside outer inside main, by relative URLs as GitLab recommends; other beside outer by its full URL. */
export async function nestedRepositories(jobs: SourceJobs) {
  const inner = await jobs.repository()
  const outer = await jobs.repository(undefined, [
    { path: 'inner', url: `../${base(inner)}.git`, sha: inner.sha },
  ])
  const other = await jobs.repository()
  const main = await jobs.repository(undefined, [
    { path: 'outer', url: `../${base(outer)}.git`, sha: outer.sha },
    { path: 'other', url: `${jobs.server.origin}/${other.path}.git`, sha: other.sha },
  ])
  return { inner, outer, other, main }
}

function base({ path }: { readonly path: string }): string {
  return path.split('/').at(-1) ?? ''
}
