import type { JobSummary } from '../../contract/job.ts'
import type { RecentJobTags } from '../../contract/runner-file.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { createPersonalAccess } from '../gitlab/personal-access.ts'
import { NoServer, withServer } from '../gitlab/with-server.ts'
import type { AccessTokens } from './access-tokens.ts'
import { neverAborts, type SetupWorld } from './world.ts'

const mostJobs = 20

/** Asks GitLab for the tags of the jobs that came to a runner lately. */
export async function readJobTags(
  world: SetupWorld,
  runner: RunnerConfig,
  accessTokens: AccessTokens,
): Promise<RecentJobTags> {
  const token = await accessTokens.of(runner.url)
  if (token === undefined) return { state: 'token-needed' }
  const { jobs } = world.history.find({ runner: runner.name, limit: mostJobs })
  try {
    return await withServer(runner, world, async (transport) => {
      const access = createPersonalAccess(transport, token)
      const answers = await Promise.all(
        jobs.map(async (job) => ({
          job,
          answer: await access.readJobTags(projectOf(job), job.gitlabId, neverAborts),
        })),
      )
      const found = answers.flatMap(({ job: { id, name, project, ref }, answer }) =>
        answer.kind === 'found' ? [{ id, name, project, ref, tags: answer.tags }] : [],
      )
      const refusal = answers.map(({ answer }) => answer).find(({ kind }) => kind !== 'found')
      if (found.length === 0 && refusal && 'problem' in refusal)
        return { state: 'refused', problem: refusal.problem }
      return { state: 'known', jobs: found, unseen: answers.length - found.length }
    })
  } catch (error) {
    if (!(error instanceof NoServer)) throw error
    return { state: 'refused', problem: error.message }
  }
}

/** Where GitLab did not say the path, it said the number. */
const projectOf = ({ project }: JobSummary) => /^project-(\d+)$/.exec(project)?.[1] ?? project
