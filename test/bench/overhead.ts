/**
 * What a job costs beyond its container: from the coordinator's 201 to the accepted final update of an empty script on
 * a warm image, beside a bare `docker run --rm IMAGE true` in the same run.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { attach } from '../../main/loopback/attach.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'

const run = promisify(execFile)
const image = 'drydock-test/busybox:1'
const rounds = 12

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(8)

async function bareContainer(dockerHost: string): Promise<number> {
  const begun = performance.now()
  await run('docker', ['-H', dockerHost, 'run', '--rm', image, 'true'])
  return performance.now() - begun
}

/** Milliseconds from the 201 that carried the job to the 200 for its outcome, as the server saw them. */
async function oneJob(gitlab: PracticeGitLab, enqueue: () => number): Promise<number> {
  const job = await gitlab.waitForJob(enqueue(), 'finished')
  if (job.status !== 'success') throw new Error(`the job ended ${job.status}:\n${job.log.toString()}`)
  const given = job.events.find(({ type }) => type === 'job-handed-out')
  const finished = job.events.findLast(({ type }) => type === 'job-changed')
  return (finished?.at ?? Number.NaN) - (given?.at ?? Number.NaN)
}

await withDockerHost(async (dockerHost) => {
  const source = await mkdtemp(join(tmpdir(), 'drydock-bench-'))
  await writeFile(join(source, '.gitlab-ci.yml'), `job:\n  image: ${image}\n  script: ['true']\n`)
  await using runner = await startRunner({ dockerHost, gitlab: { longPollSeconds: 0 } })
  const { gitlab } = runner
  await gitlab.createProject({ path: 'bench/small' })
  await gitlab.push('bench/small', source, { message: 'Add a job' })
  const variable = (key: string, value: string) => ({
    key,
    value,
    public: true,
    masked: false,
    file: false,
    raw: false,
  })
  const steps = [
    { name: 'script', script: ['true'], timeout: 3600, when: 'on_success', allow_failure: false },
  ]
  const withoutGit = () =>
    gitlab.enqueue({ image: { name: image }, steps, variables: [variable('GIT_STRATEGY', 'none')] }).id
  const pipeline = async () => (await gitlab.createPipeline('bench/small')).jobs[0]!.id

  const times = { bare: [] as number[], withoutGit: [] as number[], withGit: [] as number[] }
  for (let round = -2; round < rounds; round++) {
    const bare = await bareContainer(dockerHost)
    const none = await oneJob(gitlab, withoutGit)
    const id = await pipeline()
    const fetch = await oneJob(gitlab, () => id)
    // The first two warm caches, on both sides alike.
    if (round < 0) continue
    times.bare.push(bare)
    times.withoutGit.push(none)
    times.withGit.push(fetch)
  }
  const bare = median(times.bare)
  console.log(`docker run --rm ${image} true   ${ms(bare)}`)
  console.log(
    `job without git                 ${ms(median(times.withoutGit))}  ${(median(times.withoutGit) / bare).toFixed(2)} × (target 1.6)`,
  )
  console.log(
    `job with a small fetch          ${ms(median(times.withGit))}  ${(median(times.withGit) / bare).toFixed(2)} × (target 2.5)`,
  )

  await using engine = await attach(runner.engine.url ?? '')
  console.log('\nStage by stage, the last job of each kind:')
  for (const { id } of (await engine.api.findJobs({ limit: 2 })).jobs) {
    const job = await engine.api.readJob({ id })
    console.log(`  job ${id}, from acceptance`)
    for (const { name, startedAt, endedAt } of job.stages) {
      const length = (endedAt ?? startedAt) - startedAt
      console.log(`    ${name.padEnd(28)} ${ms(startedAt - job.acceptedAt)} + ${ms(length)}`)
    }
    console.log(`    reported                     ${ms((job.finishedAt ?? job.acceptedAt) - job.acceptedAt)}`)
  }
  await rm(source, { recursive: true, force: true })
})
