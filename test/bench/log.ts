/**
 * What a log costs: 200 MB printed by a job of an engine in a process of its own, with masked variables and timestamps,
 * beside `docker logs -f` of the same output; the memory and processor time that takes; and how long a line takes from
 * `echo` to whoever watches the log. `node test/bench/log.ts [MB]`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

import { findEngine } from '../../main/cli/find-engine.ts'
import type { Attached } from '../../main/loopback/attach.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { install, type Installation } from '../support/scenario-process.ts'

const MB = 1024 * 1024
const size = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 200)
const rounds = 3
const image = 'drydock-test/busybox:1'
// Linux counts so on every machine that runs Docker.
const ticksPerSecond = 100
const line =
  '[1234/99999] aarch64-linux-gnu-gcc -O2 -Wall -Iinclude -c src/drivers/module_12/unit.c -o build/unit.o'
// yes ends by a signal, which counts where the shell knows pipefail.
const flood = `(yes '${line}' || :) | head -c ${size * MB}`

const variable = (key: string, value: string, masked = false) => ({ key, value, public: true, masked })
const secrets = Array.from({ length: 20 }, (_, at) =>
  variable(`SECRET_${at}`, `s3cr3t-value-${at}-xyz`, true),
)

async function memory(pid: number, key: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024
}

/** Seconds that the process has computed so far; a busy machine does not make them more. */
async function computed(pid: number): Promise<number> {
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')
  const [user, system] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) / ticksPerSecond
}

/** Seconds until the program has ended; what it prints is read and dropped. */
async function timed(program: string, args: readonly string[]): Promise<number> {
  const begun = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.resume()
  await once(child, 'close')
  return (performance.now() - begun) / 1000
}

async function dockerLogs(dockerHost: string): Promise<number> {
  const name = `bench-log-${crypto.randomUUID()}`
  const docker = (...args: readonly string[]) => timed('docker', ['-H', dockerHost, ...args])
  await docker('create', '--name', name, image, 'sh', '-c', flood)
  const begun = performance.now()
  await docker('start', name)
  await docker('logs', '-f', name)
  const seconds = (performance.now() - begun) / 1000
  await docker('rm', '-f', name)
  return seconds
}

const attached = (dockerHost: string) =>
  timed('docker', ['-H', dockerHost, 'run', '--rm', image, 'sh', '-c', flood])

const enqueue = ({ gitlab }: Installation, script: string, name = image) =>
  gitlab.enqueue({
    image: { name },
    variables: [variable('GIT_STRATEGY', 'none'), ...secrets],
    steps: [{ name: 'script', script: [script], timeout: 3600, when: 'on_success', allow_failure: false }],
  }).id

const ofGitLab = async ({ api }: Attached, id: number) =>
  (await api.findJobs({ limit: 20 })).jobs.find(({ gitlabId }) => gitlabId === id)

/** Seconds of the stage that prints. */
async function ours(installation: Installation, engine: Attached): Promise<number> {
  const id = enqueue(installation, flood)
  const job = await installation.gitlab.waitForJob(id, 'finished')
  if (job.status !== 'success') throw new Error(`it ended ${job.status}:\n${job.log.toString().slice(-2000)}`)
  const { stages } = await engine.api.readJob({ id: (await ofGitLab(engine, id))!.id })
  const { startedAt = 0, endedAt = 0 } = stages.find(({ name }) => name === 'step_script') ?? {}
  return (endedAt - startedAt) / 1000
}

/** Milliseconds from `date` in the container to the chunk that has it, one for each of 20 lines. */
async function delays(installation: Installation, engine: Attached): Promise<readonly number[]> {
  const id = enqueue(
    installation,
    'for i in $(seq 20); do echo "at $(date +%s%N)."; sleep 0.3; done',
    'drydock-test/debian:1',
  )
  await installation.gitlab.waitForJob(id, 'running')
  const job = await ofGitLab(engine, id)
  const found: number[] = []
  let text = ''
  const stop = new AbortController()
  for await (const chunk of engine.api.watchLog({ id: job!.id, offset: 0 }, stop.signal)) {
    const now = Date.now()
    text += chunk.text
    for (const [, at] of text.matchAll(/at (\d{19})\./g)) found.push(now - Number(at) / 1e6)
    text = text.slice(text.lastIndexOf('\n') + 1)
    if (chunk.ended) break
  }
  stop.abort()
  await installation.gitlab.waitForJob(id, 'finished')
  return found.toSorted((a, b) => a - b)
}

await withDockerHost(async (dockerHost) => {
  await using installation = await install({
    dockerHost,
    global: 'concurrent = 2\ncheck_interval = 1',
    runner: 'output_limit = 1000000',
    gitlab: { longPollSeconds: 0, traceUpdateInterval: 1, maxTraceBytes: 2 ** 40 },
  })
  const running = await installation.start('run')
  let engine: Attached | undefined
  while (engine === undefined) engine = await findEngine(installation.dataDir)
  await ours(installation, engine)
  const pid = running.pid ?? 0
  const rate = (seconds: number) => `${(size / seconds).toFixed(0).padStart(5)} MB/s`
  for (let round = 1; round <= rounds; round++) {
    const logs = await dockerLogs(dockerHost)
    const run = await attached(dockerHost)
    const before = await computed(pid)
    const job = await ours(installation, engine)
    const own = (await computed(pid)) - before
    const [now, peak] = [await memory(pid, 'VmRSS'), await memory(pid, 'VmHWM')]
    console.log(
      `${size} MB   docker logs -f ${rate(logs)}   docker run ${rate(run)}   a job ${rate(job)}` +
        `   ${(logs / job).toFixed(2)} × docker logs   engine: ${own.toFixed(1)} s of processor time,` +
        ` RSS ${now.toFixed(0)} MB, peak ${peak.toFixed(0)} MB`,
    )
  }
  const found = await delays(installation, engine)
  const at = (share: number) => found[Math.floor((found.length - 1) * share)]?.toFixed(0)
  console.log(
    `from echo to the reader of the log: median ${at(0.5)} ms, 90 % ${at(0.9)} ms, of ${found.length}`,
  )
  await engine[Symbol.asyncDispose]()
  running.kill('SIGTERM')
  await running.ended
})
