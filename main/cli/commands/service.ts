import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { parseGoDuration } from '../../contract/go-duration.ts'
import { configFile, dataDirectory, type Surroundings } from '../../engine/config/locations.ts'
import { drydockVersion } from '../../engine/version.ts'
import { CommandFailure, type Command } from '../command.ts'
import { configOption, dataDirOption } from '../common-options.ts'
import { UsageError, type OptionValues } from '../option.ts'
import { packageRoot } from '../package-root.ts'
import { composeFile, dockerSocket } from '../service/compose-file.ts'
import { launchdAgent } from '../service/launchd-agent.ts'
import { installService, uninstallService } from '../service/manage-service.ts'
import { passedEnvironment, type Service, type ServiceRequest } from '../service/service.ts'
import { systemdUnit } from '../service/systemd-unit.ts'

const kinds = { systemd: systemdUnit, launchd: launchdAgent, compose: composeFile } as const
type Kind = keyof typeof kinds

export const service: Command = {
  verbs: ['install', 'print', 'uninstall'],
  options: [
    { names: ['systemd'], kind: 'flag', help: 'A unit for systemd; the default on Linux.' },
    { names: ['launchd'], kind: 'flag', help: 'An agent for launchd; the default on macOS.' },
    { names: ['compose'], kind: 'flag', help: 'A container, described for docker compose.' },
    configOption,
    dataDirOption,
    {
      names: ['stop-timeout'],
      kind: 'text',
      help: 'How long jobs may go on when it is stopped, such as 30m. Default: 10m.',
    },
  ],
  async run(values, terminal) {
    const { around, stdout } = terminal
    const { variables, leftOut } = passedEnvironment(around.environment)
    const request = requestOf(values, around, variables)
    const chosen: Service = kinds[kindOf(values, around)](request)
    const say = (line: string) => void stdout.write(`${line}\n`)
    const [verb] = values.rest
    if (verb !== 'uninstall' && leftOut.length > 0) {
      terminal.logger.warn(
        `${leftOut.join(' and ')} names a password and was left out: everyone can read what a service is told. Name a proxy without one.`,
      )
    }
    if (verb === 'print') stdout.write(chosen.text)
    else if (verb === 'install') await installService(chosen, { say })
    else await uninstallService(chosen, { say })
    return 0
  },
}

function kindOf(values: OptionValues, { platform }: Surroundings): Kind {
  const named = (Object.keys(kinds) as Kind[]).filter((kind) => values.flag(kind) === true)
  if (named.length > 1) throw new UsageError(`Choose one of --${named.join(' and --')}.`)
  if (named[0] !== undefined) return named[0]
  if (platform === 'linux') return 'systemd'
  if (platform === 'darwin') return 'launchd'
  throw new CommandFailure(
    'Windows has no service for it: let the desktop application start at login, use --compose, or make a task of it as docs/service.md shows.',
  )
}

function requestOf(
  values: OptionValues,
  around: Surroundings,
  environment: ServiceRequest['environment'],
): ServiceRequest {
  const root = packageRoot()
  // The same choice as the launcher's.
  const source = join(root, 'main/cli/index.ts')
  return {
    // The Node.js that runs this is known to be new enough; the manager's PATH may name another.
    program: [process.execPath, existsSync(source) ? source : join(root, 'dist/cli.js')],
    version: drydockVersion,
    root,
    configFile: configFile(values.text('config'), around),
    dataDir: dataDirectory(values.text('data-dir'), around),
    home: around.home,
    isRoot: around.isRoot,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    platform: around.platform,
    ...ownerOf(dockerSocket(environment)),
    environment,
    stopTimeout: stopTimeoutOf(values.text('stop-timeout') ?? '10m'),
  }
}

function ownerOf(socket: string): Pick<ServiceRequest, 'socketOwner'> {
  try {
    const { uid, gid } = statSync(socket)
    return { socketOwner: { uid, gid } }
  } catch {
    return {}
  }
}

/** @returns seconds. */
function stopTimeoutOf(text: string): number {
  const duration = parseGoDuration(text)
  if (duration === undefined || duration < 1000)
    throw new UsageError(`--stop-timeout ${text} is not a time; write it like 30m or 1h30m.`)
  return Math.ceil(duration / 1000)
}
