/** What the engine costs while nothing runs: CPU and memory of the real process over a minute. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { systemClock } from '../../main/engine/clock.ts'
import { startPracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { withDockerHost } from '../support/docker-engine.ts'
import { configText } from '../support/runner-under-test.ts'

const settleMs = 5_000
const measuredMs = 60_000
// USER_HZ, which the kernel fixes for /proc.
const ticksPerSecond = 100

function usageOf(pid: number): { cpuSeconds: number; residentMiB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentMiB: Number(resident?.[1] ?? 0) / 1024,
  }
}

await withDockerHost(async (dockerHost) => {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-idle-'))
  await using gitlab = await startPracticeGitLab({ directory: join(folder, 'gitlab'), clock: systemClock })
  const { token } = gitlab.createRunner({})
  const configFile = join(folder, 'config.toml')
  await writeFile(configFile, configText({ url: gitlab.url, token, dockerHost }))
  const drydock = spawn(
    join(import.meta.dirname, '../../drydock'),
    ['run', '--config', configFile, '--data-dir', join(folder, 'data')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  try {
    await setTimeout(settleMs)
    const before = usageOf(drydock.pid!)
    await setTimeout(measuredMs)
    const after = usageOf(drydock.pid!)
    const cpu = ((after.cpuSeconds - before.cpuSeconds) / (measuredMs / 1000)) * 100
    console.log(
      `idle for a minute: ${cpu.toFixed(2)} % CPU (target 0.5), ${after.residentMiB.toFixed(0)} MiB resident (target 120)`,
    )
  } finally {
    drydock.kill('SIGQUIT')
    await rm(folder, { recursive: true, force: true })
  }
})
