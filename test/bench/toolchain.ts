/**
 * What a large toolchain costs: examining it, its fingerprint beside `sha256sum` over the same files, and a job's start
 * with and without the mount in turn. Run with `npm run bench -- toolchain [MiB] [FILES] [ROUNDS]`; 5 GiB in 60,000 files
 * and 40 rounds unless told.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { connectDocker } from '../../main/engine/docker/connect.ts'
import { surroundings } from '../../main/engine/docker/endpoint.ts'
import { examineToolchain } from '../../main/engine/toolchain/doctor/examine.ts'
import { openFingerprintStore } from '../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { openToolchainLibrary } from '../../main/engine/toolchain/library.ts'
import { toolchainSchema } from '../../main/engine/toolchain/toolchain.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'

const run = promisify(execFile)
const image = 'drydock-test/debian:1'
const [megabytes = 5120, files = 60_000, rounds = 40] = process.argv
  .slice(2)
  .map(Number)
  .filter((value) => value > 0)
const programs = 400

async function makeTree(folder: string): Promise<void> {
  const noise = randomBytes(1 << 20)
  await mkdir(join(folder, 'bin'), { recursive: true })
  for (let index = 0; index < programs; index++)
    await copyFile('/bin/true', join(folder, 'bin', `tool-${index}`))
  await copyFile('/bin/true', join(folder, 'bin/bench-gcc'))
  const perFolder = 200
  // A few files hold most of the bytes, as in real toolchains.
  const large = Math.max(1, Math.floor(megabytes / 64))
  const left = Math.max(0, (megabytes - large * 48) * 2 ** 20)
  const small = Math.max(1, Math.floor(left / files))
  for (let index = 0; index < files; index++) {
    const at = join(folder, 'lib', `part-${Math.floor(index / perFolder)}`)
    if (index % perFolder === 0) await mkdir(at, { recursive: true })
    const from = (index * 7919) % Math.max(1, noise.length - small)
    await writeFile(join(at, `header-${index}.h`), noise.subarray(from, from + Math.min(small, noise.length)))
  }
  for (let index = 0; index < large; index++) {
    const chunks = Array.from({ length: 48 }, (_, part) => ((noise[part] = index), noise))
    await writeFile(join(folder, 'lib', `libbig-${index}.a`), Buffer.concat(chunks))
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  console.log(`${what.padEnd(48)} ${((performance.now() - begun) / 1000).toFixed(2).padStart(7)} s`)
  return result
}

interface Quartiles {
  readonly lower: number
  readonly median: number
  readonly upper: number
}

/** Between neighbours in proportion. */
function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share
    const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2)
    return below + (above - below) * (place % 1)
  }
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) }
}

function tell(what: string, { lower, median, upper }: Quartiles, unit = ''): void {
  const number = (value: number) => value.toFixed(3)
  console.log(
    `${what.padEnd(48)} ${number(median).padStart(7)}${unit}  (${number(lower)} to ${number(upper)})`,
  )
}

/** What the engine writes for a container that mounts the folder. */
async function copiedFor(dockerHost: string, folder: string): Promise<number> {
  const docker = async (...args: readonly string[]) =>
    (await run('docker', ['-H', dockerHost, ...args])).stdout.trim()
  const id = await docker('create', '--network', 'none', '-v', `${folder}:/opt/bench:ro`, image, 'true')
  await docker('start', id)
  await docker('wait', id)
  const written = await docker('inspect', '--size', '--format', '{{.SizeRw}}', id)
  await docker('rm', '-v', id)
  return Number(written)
}

/** Milliseconds from the server's handing the job out to its accepted outcome. */
async function oneJob({ gitlab }: RunnerUnderTest, asked: boolean): Promise<number> {
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
  const variables = [variable('GIT_STRATEGY', 'none'), variable('DRYDOCK_TOOLCHAINS', asked ? 'bench@1' : '')]
  const { id } = gitlab.enqueue({ image: { name: image }, steps, variables })
  const job = await gitlab.waitForJob(id, 'finished')
  if (job.status !== 'success') throw new Error(job.log.toString())
  const given = job.events.find(({ type }) => type === 'job-handed-out')
  const finished = job.events.findLast(({ type }) => type === 'job-changed')
  return (finished?.at ?? Number.NaN) - (given?.at ?? Number.NaN)
}

await withDockerHost(async (dockerHost) => {
  const place = await mkdtemp(join(tmpdir(), 'drydock-bench-toolchain-'))
  const engine = await connectDocker({ host: dockerHost }, surroundings())
  try {
    const folder = join(place, 'tree')
    await timed(`making ${files} files, ${megabytes} MiB`, () => makeTree(folder))
    const toolchain = toolchainSchema.parse({
      name: 'bench',
      version: '1',
      folder,
      mountPoint: '/opt/bench',
      path: ['bin'],
      onRequest: ['*'],
    })
    const examine = () =>
      examineToolchain({
        engine,
        toolchain,
        image,
        user: '',
        memory: join(place, 'memory'),
        labels: { 'com.drydock.purpose': 'preflight' },
        isEnforcing: false,
      })
    const report = await timed(`doctor, ${programs} programs, first time (≤ 10 s)`, examine)
    await timed('doctor again (≤ 1 s)', examine)
    if (report.runs !== report.programs) throw new Error(JSON.stringify(report.findings))

    await using runner = await startRunner({ dockerHost, gitlab: { longPollSeconds: 0 } })
    const store = openFingerprintStore(join(runner.dataDir, 'fingerprints'))
    await timed('sha256sum over the same files', async () => {
      await run('sh', ['-c', `find "${folder}" -type f -print0 | xargs -0 sha256sum > "${place}/sums"`])
    })
    await timed('fingerprint, first time', () => store.look(toolchain))
    await timed('fingerprint, unchanged', () => store.look(toolchain))
    // Not before: the runner would take its fingerprint, too.
    await openToolchainLibrary(join(runner.dataDir, 'toolchains')).save(toolchain)

    // The first job of each kind warms up; the first look at the tree within a minute is the price of the drift alarm.
    await oneJob(runner, false)
    const first = await oneJob(runner, true)
    // Who comes first changes with every round, so that neither always follows the other's clearing up.
    const seconds = { without: [] as number[], with: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)
      for (const kind of order) seconds[kind].push((await oneJob(runner, kind === 'with')) / 1000)
    }
    const ratios = seconds.with.map((value, round) => value / (seconds.without[round] ?? Number.NaN))
    const [without, within] = [quartilesOf(seconds.without), quartilesOf(seconds.with)]
    console.log(
      `bytes copied for a container that mounts it      ${String(await copiedFor(dockerHost, folder)).padStart(8)}`,
    )
    console.log(`first job with it, looking at all its names      ${(first / 1000).toFixed(3).padStart(8)} s`)
    console.log(`${rounds} jobs of each kind in turn: median (lower to upper quartile)`)
    tell('job without the mount', without, ' s')
    tell('job with the mount', within, ' s')
    tell('ratio within a round', quartilesOf(ratios))
    console.log(
      `ratio of the medians (≤ 1.05)                    ${(within.median / without.median).toFixed(3).padStart(8)}`,
    )
  } finally {
    engine.close()
    await rm(place, { recursive: true, force: true })
  }
})
