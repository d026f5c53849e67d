/**
 * An artifact of 3 GiB (or as many as the argument says) goes from a container to GitLab while another job prints a line
 * ten times a second. Prints how long a line takes until a page has it, and what memory the upload takes; the server that
 * receives it lives in the same process and is counted, too.
 */
import { readFileSync } from 'node:fs'

import { attach } from '../../main/loopback/attach.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { startRunner } from '../support/runner-under-test.ts'

const gibibytes = Number(process.argv[3] ?? 3)
const megabyte = 1024 ** 2
const targets = { memory: 200, latency: 500 }

const step = (...script: readonly string[]) => [
  { name: 'script', script, timeout: 3600, when: 'on_success', allow_failure: false },
]
const variables = [
  { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false, file: false, raw: false },
]
const image = { name: 'drydock-test/busybox:1' }

/** Milliseconds since this machine started, as containers see it, too. */
const uptime = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ', 1)[0]) * 1000

function summary(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { lines: sorted.length, median: at(0.5), '95 %': at(0.95), worst: at(1) }
}

await withDockerHost(async (dockerHost) => {
  await using runner = await startRunner({
    dockerHost,
    global: 'concurrent = 2\ncheck_interval = 1',
    gitlab: { longPollSeconds: 0, maxArtifactBytes: 16 * 1024 ** 3 },
  })
  const { gitlab } = runner
  await using engine = await attach(runner.engine.url ?? '')
  const stop = new AbortController()

  const chatter = gitlab.enqueue({
    image,
    variables,
    steps: step('while [ ! -f /tmp/stop ]; do read up rest < /proc/uptime; echo "tick $up"; sleep 0.1; done'),
  }).id
  await gitlab.until(() => (gitlab.job(chatter).log.includes('tick') ? true : undefined))
  const talking = (await engine.api.findJobs({ limit: 1 })).jobs[0]!.id

  let phase: 'quiet' | 'uploading' = 'quiet'
  const delays = { quiet: [] as number[], uploading: [] as number[] }
  const listening = (async () => {
    for await (const { text } of engine.api.watchLog({ id: talking, offset: 0 }, stop.signal)) {
      for (const [, at] of text.matchAll(/tick (\d+\.\d+)/g)) delays[phase].push(uptime() - Number(at) * 1000)
    }
  })().catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 5000))

  const heavy = gitlab.enqueue({
    image,
    variables,
    steps: step(`head -c ${gibibytes * 1024 ** 3} /dev/urandom > firmware.img`),
    artifacts: [
      {
        name: 'firmware',
        untracked: false,
        paths: ['firmware.img'],
        when: 'on_success',
        artifact_type: 'archive',
        artifact_format: 'zip',
      },
    ],
  }).id
  await gitlab.until(() => (gitlab.job(heavy).log.includes('Uploading artifacts...') ? true : undefined))
  const uploading = (await engine.api.findJobs({ limit: 1 })).jobs[0]!.id

  phase = 'uploading'
  const before = process.memoryUsage.rss()
  let most = before
  let speeds = 0
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50)
  const following = (async () => {
    for await (const { transfers = [] } of engine.api.watchJob({ id: uploading }, stop.signal)) {
      speeds += transfers.length > 0 ? 1 : 0
    }
  })().catch(() => undefined)
  const begun = performance.now()
  const { status, artifacts } = await gitlab.waitForJob(heavy, 'finished')
  const seconds = (performance.now() - begun) / 1000
  clearInterval(watching)
  gitlab.cancelJob(chatter, { graceful: false })
  await gitlab.waitForJob(chatter, 'finished')
  stop.abort()
  await Promise.all([listening, following])

  const size = (artifacts[0]?.size ?? 0) / megabyte
  console.log(
    `${status}: ${size.toFixed(0)} MiB in ${seconds.toFixed(1)} s, ${(size / seconds).toFixed(0)} MiB/s`,
  )
  const memory = (most - before) / megabyte
  const isBounded = memory < targets.memory
  console.log(
    `memory beyond idle: ${memory.toFixed(0)} MiB (target ${targets.memory}) ${isBounded ? 'met' : 'MISSED'}`,
  )
  console.log(`progress was told ${speeds} times`)
  console.log(`from a line printed to a page that has it, milliseconds (target ${targets.latency}):`)
  console.table({
    'without the upload': summary(delays.quiet),
    'beside the upload': summary(delays.uploading),
  })
})
