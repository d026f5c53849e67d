/**
 * What sources cost: a plain clone of a large repository, an update of a warm slot, and a new slot of the project beside
 * others. Bytes are those of the git server's answers; seconds those of the stages prepare_executor and get_sources.
 * `node test/bench/sources.ts [MB]`, 1024 unless told.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { connectDocker } from '../../main/engine/docker/connect.ts'
import { surroundings } from '../../main/engine/docker/endpoint.ts'
import { attach } from '../../main/loopback/attach.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { git } from '../support/git-repositories.ts'
import { gitServer } from '../support/git-server.ts'
import { startRunner } from '../support/runner-under-test.ts'

const MB = 1024 * 1024
const size = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 1024)
const fileSize = 4
const files = 64 // in the work tree; older content of each is history

const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'))
const bare = join(folder, 'group/large.git')

/** Adds commits of one file each, random so that bytes stay bytes. @returns the last one's id. */
async function grow(from: number, to: number): Promise<string> {
  const child = spawn('git', ['-c', 'core.compression=0', 'fast-import', '--quiet', '--force'], {
    cwd: bare,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const write = async (data: string | Buffer) => {
    if (!child.stdin.write(data)) await once(child.stdin, 'drain')
  }
  for (let commit = from; commit < to; commit++) {
    const data = randomBytes(fileSize * MB)
    await write(`commit refs/heads/main\ncommitter A <a@example.com> ${1_700_000_000 + commit} +0000\n`)
    await write(`data 1\nc\n${commit === from && from > 0 ? 'from refs/heads/main^0\n' : ''}`)
    await write(`M 100644 inline file${commit % files}\ndata ${data.length}\n`)
    await write(data)
    await write('\n')
  }
  child.stdin.end()
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`git fast-import ended with ${status}`)
  const sha = await git(bare, 'rev-parse', 'refs/heads/main')
  await git(bare, 'update-ref', 'refs/pipelines/1', sha)
  return sha
}

await withDockerHost(async (dockerHost) => {
  await mkdir(bare, { recursive: true })
  await git(bare, 'init', '-q', '--bare')
  // A server sends what it has packed well long before.
  await git(bare, 'config', 'pack.window', '0')
  let commits = Math.ceil(size / fileSize)
  let sha = await grow(0, commits)

  const docker = await connectDocker({ host: dockerHost }, surroundings())
  const host = (await docker.hostAddress()) ?? '127.0.0.1'
  await using server = await gitServer(folder, { username: 'gitlab-ci-token', password: 'secret', host })
  await using runner = await startRunner({
    dockerHost,
    global: 'concurrent = 8\ncheck_interval = 1',
    gitlab: { longPollSeconds: 0, traceUpdateInterval: 1 },
  })
  const { gitlab } = runner
  await using engine = await attach(runner.engine.url ?? '')
  const info = { project_id: 900, project_name: 'large', project_full_path: 'group/large' }
  const variable = (key: string, value: string) => ({ key, value, public: true, masked: false })
  const script = (line: string) => [
    { name: 'script', script: [line], timeout: 3600, when: 'on_success', allow_failure: false },
  ]

  const stay = async () => {
    const { id } = gitlab.enqueue({ job_info: info, steps: script('sleep 3600') })
    await gitlab.waitForJob(id, 'running')
    return id
  }
  const row = async (name: string, depth: number) => {
    const before = server.sent
    const { id } = gitlab.enqueue({
      job_info: info,
      git_info: {
        repo_url: server.urlOf('group/large'),
        sha,
        depth,
        refspecs: ['+refs/pipelines/1:refs/pipelines/1', '+refs/heads/main:refs/remotes/origin/main'],
      },
      variables: [variable('GIT_STRATEGY', 'fetch')],
      steps: script('git rev-parse HEAD 2>/dev/null || :'),
    })
    const job = await gitlab.waitForJob(id, 'finished')
    if (job.status !== 'success') throw new Error(job.log.toString())
    const ours = (await engine.api.findJobs({ limit: 20 })).jobs.find(({ gitlabId }) => gitlabId === id)
    const { stages } = await engine.api.readJob({ id: ours!.id })
    const seconds = (stage: string) => {
      const { startedAt = 0, endedAt = 0 } = stages.find((one) => one.name === stage) ?? {}
      return (endedAt - startedAt) / 1000
    }
    const [prepare, sources] = [seconds('prepare_executor'), seconds('get_sources')]
    const wire = `${((server.sent - before) / MB).toFixed(1)} MB`
    console.log(
      `${name.padEnd(58)} ${wire.padStart(10)} ${(prepare + sources).toFixed(1).padStart(7)} s` +
        ` (${prepare.toFixed(1)} + ${sources.toFixed(1)})`,
    )
  }
  const share = (on: boolean) =>
    writeFile(join(runner.dataDir, 'settings.json'), JSON.stringify({ share_git_objects: on }))

  console.log(
    `A repository of ${size} MB in ${commits} commits, ${files * fileSize} MB of it in the work tree:`,
  )
  const blockers: number[] = []
  for (const depth of [0, 20]) {
    const words = depth === 0 ? 'whole history' : `depth ${depth}`
    await share(false)
    await row(`plain clone, ${words}`, depth)
    sha = await grow(commits, ++commits)
    await row(`  the same slot after a commit of ${fileSize} MB`, depth)
    blockers.push(await stay())
    await share(true)
    await row('  a new slot, the first to share', depth)
    blockers.push(await stay())
    await row('  another new slot', depth)
    blockers.push(await stay())
  }
  const { volumes } = await docker.readDisk()
  for (const { name, bytes, labels } of volumes) {
    if (labels['com.gitlab.gitlab-runner.project.id'] === '900')
      console.log(`  on the disk: ${(bytes / MB).toFixed(0).padStart(6)} MB ${name}`)
  }
  for (const id of blockers) gitlab.cancelJob(id, { graceful: false })
  for (const id of blockers) await gitlab.waitForJob(id, 'finished')
  await runner.engine.finishJobsThenStop()
  for (const { name, labels } of volumes)
    if (labels['com.gitlab.gitlab-runner.project.id'] === '900') await docker.removeVolume(name)
  docker.close()
})
await rm(folder, { recursive: true, force: true })
