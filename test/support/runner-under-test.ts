import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { pino } from 'pino'

import type { Terminal } from '../../main/cli/terminal.ts'
import { startEngine } from '../../main/cli/engine.ts'
import type { RunningEngine } from '../../main/cli/engine-port.ts'
import { systemClock } from '../../main/engine/clock.ts'
import { ourSurroundings } from '../../main/engine/config/locations.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import { surroundings } from '../../main/engine/docker/endpoint.ts'
import {
  startPracticeGitLab,
  type PracticeGitLab,
  type PracticeOptions,
} from '../../main/engine/practice/practice-gitlab.ts'

export interface RunnerOptions {
  readonly dockerHost: string
  /** Lines for the file's global section. */
  readonly global?: string
  /** Lines for `[[runners]]`. */
  readonly runner?: string
  /** Lines for `[runners.docker]`. */
  readonly docker?: string
  readonly gitlab?: Partial<PracticeOptions>
  /** A folder of its own unless given. */
  readonly dataDir?: string
  /** Hears of everything, down to `debug`, that the engine logs. */
  readonly onLogged?: (message: string) => void
  /** Further runners of the file, of the same Docker engine. */
  readonly others?: (gitlab: PracticeGitLab) => Promise<readonly OtherRunner[]>
}

export interface OtherRunner extends Pick<RunnerOptions, 'runner' | 'docker'> {
  readonly name: string
  readonly token: string
}

/** The real engine with a real configuration file, a real Docker engine and the practice GitLab. */
export interface RunnerUnderTest extends AsyncDisposable {
  readonly gitlab: PracticeGitLab
  readonly engine: RunningEngine
  readonly configFile: string
  readonly dataDir: string
}

export async function startRunner(options: RunnerOptions): Promise<RunnerUnderTest> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'drydock-runner-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const docker = await connectDocker({ host: options.dockerHost }, surroundings())
  stack.defer(() => docker.close())
  const host = await docker.hostAddress()
  const gitlab = stack.use(
    await startPracticeGitLab({
      directory: join(folder, 'gitlab'),
      clock: systemClock,
      ...(host !== undefined && { host }),
      ...options.gitlab,
    }),
  )
  const { token } = gitlab.createRunner({ description: 'under test' })
  const configFile = join(folder, 'config.toml')
  const { dockerHost } = options
  const others = (await options.others?.(gitlab)) ?? []
  const text = [
    configText({ ...options, url: gitlab.url, token }),
    ...others.map((other) => configText({ dockerHost, url: gitlab.url, ...other })),
  ]
  await writeFile(configFile, text.join(''), { mode: 0o600 })
  const dataDir = options.dataDir ?? join(folder, 'data')
  const engine = await startEngine({
    terminal: {
      ...quietTerminal(),
      ...(options.onLogged && { logger: listeningLogger(options.onLogged) }),
    },
    origin: { kind: 'file', file: configFile },
    dataDir,
  })
  stack.defer(async () => void (await engine.stopNow('aborted: the test is over', 20_000)))
  const whole = stack.move()
  return { gitlab, engine, configFile, dataDir, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}

export interface ConfigParts extends Omit<RunnerOptions, 'gitlab' | 'others'> {
  readonly name?: string
  readonly url: string
  readonly token: string
}

export const configText = ({
  name = 'under test',
  url,
  token,
  dockerHost,
  global = '',
  runner = '',
  docker = '',
}: ConfigParts) => `${global}
[[runners]]
  name = "${name}"
  url = "${url}"
  token = "${token}"
  executor = "docker"
${runner}
  [runners.docker]
    host = "${dockerHost}"
    image = "drydock-test/busybox:1"
    helper_image = "drydock-test/helper:1"
    pull_policy = "if-not-present"
${docker}
`

/** `DRYDOCK_TEST_LOG` sets the level of what still goes to stderr. */
export const quietLogger = pino({ level: process.env['DRYDOCK_TEST_LOG'] ?? 'silent' }, process.stderr)

const listeningLogger = (onLogged: (message: string) => void) =>
  pino({ level: 'debug' }, { write: (line) => onLogged((JSON.parse(line) as { msg: string }).msg) })

/** A terminal nobody looks at. */
export function quietTerminal(): Terminal {
  return {
    stdin: new PassThrough(),
    stdout: new PassThrough().resume(),
    stderr: new PassThrough().resume(),
    around: ourSurroundings(),
    hostname: hostname(),
    clock: systemClock,
    logger: quietLogger,
    hide: () => {},
    followLogSettings: () => {},
    interrupted: new AbortController().signal,
  }
}
