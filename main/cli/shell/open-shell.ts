import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { HeldJobInfo, ShellDoor } from '../../contract/hold.ts'
import { parseConfig } from '../../engine/config/parse-config.ts'
import { createDockerHost } from '../../engine/docker-host.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import type { DockerEngine } from '../../engine/docker/port.ts'
import { CommandFailure } from '../command.ts'
import type { ShellRequest } from '../engine-port.ts'
import { findEngine } from '../find-engine.ts'
import { runTerminal } from './run-terminal.ts'
import { type Ending, warnInTime } from './warn-in-time.ts'

/** Opens a shell in what is kept of a job, and lets it go afterwards. @returns the shell's exit code. */
export async function openShell(request: ShellRequest): Promise<number> {
  const { terminal, dataDir, keep, release } = request
  await using attached = await findEngine(dataDir)
  if (attached === undefined)
    throw new CommandFailure(`No Drydock runs with the data folder ${dataDir}. Start it with "drydock run".`)
  const { api } = attached
  const job = choose(await api.listHeldJobs(undefined), request)
  const say = (words: string) => terminal.stderr.write(`${words}\n`)
  if (release) {
    await api.releaseJob({ id: job.id })
    say(`What was kept of job ${job.gitlabId} is removed.`)
    return 0
  }
  const door = await api.openShell({ id: job.id })
  const stillHeld = async () => (await api.listHeldJobs(undefined)).find(({ id }) => id === job.id)
  const until = timeOf((await stillHeld())?.until ?? job.until)
  const engine = await engineOf(door, request)
  const over = new AbortController()
  try {
    say(
      `A shell in job ${job.gitlabId}, ${job.name} of ${job.project}, which is kept until ${until}. "exit" ends it${keep ? '' : ' and removes the job'}.`,
    )
    const { stdin, stdout, clock } = terminal
    // The shell has the terminal to itself: lines have to begin at its left edge.
    const warning = warnInTime(clock, stillHeld, (ending) => say(`\r\n${endingSoon(ending)}\r`), over.signal)
    // A Drydock that ended does not end the shell.
    warning.catch(() => undefined)
    return await runTerminal({ engine, ...door, stdin, stdout })
  } finally {
    over.abort()
    engine.close()
    await leave()
  }

  function endingSoon({ until, minutes }: Ending & { readonly minutes: number }): string {
    const left = minutes === 1 ? 'one minute' : `${minutes} minutes`
    return `Job ${job.gitlabId} is removed at ${timeOf(until)}, in ${left}, and this shell ends. To keep it longer, run "drydock shell ${job.gitlabId} --keep" in another terminal.`
  }

  async function leave(): Promise<void> {
    const held = await stillHeld()
    if (held === undefined || held.until <= terminal.clock.now())
      say(
        `Job ${job.gitlabId} is removed: its time was over. Set "hold_minutes" in ${settingsOf(request)} to keep the next one longer.`,
      )
    else if (keep) say(`Job ${job.gitlabId} is kept until ${timeOf(held.until)}.`)
    else await api.releaseJob({ id: job.id })
  }
}

const settingsOf = ({ dataDir }: ShellRequest) => join(dataDir, 'settings.json')

const timeOf = (at: number) =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })

function choose(held: readonly HeldJobInfo[], request: ShellRequest): HeldJobInfo {
  const { job, terminal } = request
  if (held.length === 0)
    throw new CommandFailure(
      `No job is kept. Set "hold_on_failure": true in ${settingsOf(request)}; the next job that fails is.`,
    )
  const chosen = job === undefined ? held : held.filter(({ gitlabId, id }) => gitlabId === job || id === job)
  const [only, ...others] = chosen
  if (only !== undefined && others.length === 0) return only
  const now = terminal.clock.now()
  const lines = held.map(
    ({ gitlabId, name, project, until }) =>
      `  ${gitlabId}  ${name} of ${project}, for ${Math.max(Math.round((until - now) / 60_000), 0)} more minutes`,
  )
  const problem = only === undefined ? `Nothing of job ${job ?? ''} is kept.` : 'Say which job.'
  throw new CommandFailure([`${problem} These are:`, ...lines].join('\n'))
}

/** The same engine as the running Drydock uses, with the same certificates. */
async function engineOf(
  { endpoint }: ShellDoor,
  { terminal, configFile }: ShellRequest,
): Promise<DockerEngine> {
  const { clock, logger, around, hostname } = terminal
  const text = await readFile(configFile, 'utf8').catch(() => '')
  const { config } = parseConfig(text, { environment: around.environment })
  if (config === undefined)
    throw new CommandFailure(`${configFile} cannot be used. "drydock lint" shows why; mend it first.`)
  const docker = createDockerHost({
    config: () => config,
    around: surroundings(),
    systemId: '',
    sessionId: randomUUID(),
    clock,
    logger,
    hostname,
  })
  const engines = await docker.engines()
  const [wanted] = engines.filter(({ about }) => about.endpoint === endpoint)
  for (const engine of engines) if (engine !== wanted) engine.close()
  if (wanted === undefined)
    throw new CommandFailure(
      `The Docker engine at ${endpoint} does not answer, or ${configFile} does not name it.`,
    )
  return wanted
}
