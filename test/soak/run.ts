/**
 * `npm run soak -- [--jobs 1000] [--minutes 40] [--at-once 4]`: many jobs, a fifth of which are cancelled, fail, time
 * out or lose their runner; afterwards nothing of ours may be left, and everything of others must be.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { systemClock } from '../../main/engine/clock.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { configText } from '../support/runner-under-test.ts'
import { dockerOn, everythingOn, plantForeign, removeForeign } from './foreign.ts'
import { expectedStatus, image, soakJob, type Fate } from './kinds.ts'
import { startRunnerProcess, type RunnerProcess } from './runner-process.ts'
import { plainJobs, shellLoop } from './pace.ts'

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '40' },
    'at-once': { type: 'string', default: '4' },
  },
})
const [jobs, minutes, atOnce] = [values.jobs, values.minutes, values['at-once']].map(Number) as [
  number,
  number,
  number,
]

/** Does to a job what is its fate, once its script runs. */
async function meetFate(
  gitlab: PracticeGitLab,
  runner: RunnerProcess,
  id: number,
  fate: Fate,
): Promise<void> {
  if (fate !== 'cancel' && fate !== 'kill') return
  await gitlab.waitForJob(id, 'running').catch(() => undefined)
  await systemClock.sleep(1500)
  if (fate === 'cancel') gitlab.cancelJob(id)
  else await runner.killAndRestart()
}

interface Tally {
  readonly statuses: Map<string, number>
  readonly surprises: string[]
}

/** Keeps a few more jobs waiting than can run, until all are done or time is over. */
async function soak(
  gitlab: PracticeGitLab,
  runner: RunnerProcess,
): Promise<Tally & { readonly done: number }> {
  const statuses = new Map<string, number>()
  const surprises: string[] = []
  const deadline = systemClock.monotonic() + minutes * 60_000
  let next = 0
  let done = 0

  const carry = async (): Promise<void> => {
    while (next < jobs && systemClock.monotonic() < deadline) {
      const n = next++
      const { fate, payload } = soakJob(n)
      const killsBefore = runner.kills
      const { id } = gitlab.enqueue(payload)
      const met = meetFate(gitlab, runner, id, fate)
      const job = await gitlab.waitForJob(id, 'finished')
      await met
      done++
      const status = [job.status, job.failureReason].filter(Boolean).join(' ')
      const outcome = `${fate}: ${status}`
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1)
      // Killed before it could say that it has the job, it leaves the job to GitLab's own limit.
      const diedWithRunner =
        ['runner_system_failure', 'runner_provisioning_timeout'].includes(job.failureReason ?? '') &&
        runner.kills > killsBefore
      if (!expectedStatus[fate].includes(status) && !diedWithRunner)
        surprises.push(
          `job ${id} (${fate}) ended ${status}, exit code ${job.exitCode ?? '–'}:\n${lastLines(job.log)}`,
        )
      if (done % 50 === 0) console.log(`  ${done} jobs done`)
    }
  }
  await Promise.all(Array.from({ length: atOnce + 2 }, carry))
  return { statuses, surprises, done }
}

const lastLines = (log: Buffer) => log.toString().split('\n').slice(-8).join('\n')

async function addImage(host: string): Promise<void> {
  const build = spawn('docker', ['-H', host, 'build', '-q', '-t', image, '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  })
  build.stdin.end('FROM drydock-test/busybox:1\nRUN mkdir -p /anonymous\nVOLUME /anonymous\n')
  const [code] = (await once(build, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`docker build ${image} ended with ${code}`)
}

await withDockerHost(async (dockerHost) => {
  const docker = dockerOn(dockerHost)
  const folder = await mkdtemp(join(tmpdir(), 'drydock-soak-'))
  await addImage(dockerHost)
  const before = await everythingOn(docker)
  await plantForeign(docker)
  const planted = [...(await everythingOn(docker))].filter((name) => !before.has(name))

  await using gitlab = await startPracticeGitLab({
    directory: join(folder, 'gitlab'),
    clock: systemClock,
    longPollSeconds: 0,
  })
  const { token } = gitlab.createRunner({ description: 'soak' })
  const configFile = join(folder, 'config.toml')
  const logFile = join(folder, 'drydock.log')
  await writeFile(
    configFile,
    configText({
      url: gitlab.url,
      token,
      dockerHost,
      global: `concurrent = ${atOnce}\ncheck_interval = 1`,
      docker: '    wait_for_services_timeout = -1',
    }),
    { mode: 0o600 },
  )
  const runner = startRunnerProcess({ configFile, dataDir: join(folder, 'data'), logFile })
  console.log(`${jobs} jobs, ${atOnce} at once, at most ${minutes} minutes; the runner's log: ${logFile}`)
  const begun = performance.now()
  const { statuses, surprises, done } = await soak(gitlab, runner)
  const seconds = (performance.now() - begun) / 1000

  const ours = await plainJobs(gitlab, atOnce)
  const exitCode = await runner.finish()
  const systemId = (await readFile(join(folder, '.runner_system_id'), 'utf8')).trim()
  const after = await everythingOn(docker)
  const lost = planted.filter((name) => !after.has(name))
  // Volumes between jobs are kept on purpose; these jobs have none, so everything new is a leftover.
  const left = [...after].filter((name) => !before.has(name) && !planted.includes(name))
  const loop = await shellLoop(dockerHost, atOnce)

  console.log(
    `\n${done} of ${jobs} jobs in ${seconds.toFixed(0)} s; the runner was killed ${runner.kills} times`,
  )
  for (const [outcome, count] of [...statuses].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${String(count).padStart(5)}  ${outcome}`)
  console.log(`Jobs that ended otherwise than they should: ${surprises.length}`)
  for (const surprise of surprises.slice(0, 5)) console.log(surprise)
  console.log(`Left of ours (${systemId}): ${left.length === 0 ? 'nothing' : left.join(', ')}`)
  console.log(
    `Foreign objects planted: ${planted.length}; missing: ${lost.length === 0 ? 'none' : lost.join(', ')}`,
  )
  console.log(
    `Plain jobs:                ${ours.perMinute.toFixed(0)} a minute; slowest start ${ours.slowestStart} ms, overtaken by at most ${ours.overtaken}`,
  )
  console.log(
    `The same as docker run:    ${loop.toFixed(0)} a minute (${(ours.perMinute / loop).toFixed(2)} of it)`,
  )
  console.log(`Exit code of the runner: ${exitCode}`)
  await removeForeign(docker)
  const isGood = surprises.length + left.length + lost.length === 0 && exitCode === 0 && done > 0
  if (isGood) await rm(folder, { recursive: true, force: true })
  else process.exitCode = 1
})
