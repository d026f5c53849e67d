import { existsSync } from 'node:fs'

import { say } from '../../contract/sentences/say.ts'
import { JobFailure } from '../job/outcome.ts'
import { DockerError, isUnreachable } from './docker-error.ts'
import { EngineUnreachable, remedyFor } from './engine-unreachable.ts'
import type { VolumePlan } from './plan-volumes.ts'
import type { DockerEngine } from './port.ts'

interface Circumstances {
  /** Continues "cannot …". */
  readonly doing: string
  readonly engine?: DockerEngine | undefined
  readonly volumes?: VolumePlan | undefined
  readonly image?: string | undefined
}

/**
 * What an error of the engine means for a job: the reason of docker-executor.md §15.1 and a sentence with cause and
 * remedy. What is no error of the engine stays what it is.
 */
export function asJobFailure(error: unknown, circumstances: Circumstances): unknown {
  if (error instanceof EngineUnreachable)
    return new JobFailure('runner_system_failure', error.message, { cause: error })
  if (!(error instanceof DockerError)) return error
  if (isUnreachable(error)) {
    const { problem, remedy } = remedyFor(error, circumstances.engine?.about.endpoint ?? 'its address')
    return new JobFailure('runner_system_failure', `Cannot ${circumstances.doing}. ${problem}. ${remedy}.`, {
      cause: error,
    })
  }
  for (const { like, explain, isSystem = false } of known) {
    const match = like.exec(error.message)
    if (match === null) continue
    const reason = isSystem ? 'runner_system_failure' : 'runner_configuration_error'
    return new JobFailure(reason, explain(match, circumstances), { cause: error })
  }
  const reason =
    error.status === 400 && circumstances.doing.startsWith('create')
      ? 'runner_configuration_error'
      : 'runner_system_failure'
  return new JobFailure(reason, `Cannot ${circumstances.doing}: ${error.message}`, { cause: error })
}

/** May the same work when tried again? A refusal stays one; an engine that is away or stumbles may come back. */
export function isTransient(error: unknown): boolean {
  const cause = error instanceof JobFailure ? error.cause : error
  if (cause instanceof EngineUnreachable) return true
  if (!(cause instanceof DockerError)) return false
  if (known.some(({ like }) => like.test(cause.message))) return false
  return cause.status === undefined || cause.status >= 500 || cause.status === 409
}

interface Row {
  readonly like: RegExp
  readonly explain: (match: RegExpExecArray, circumstances: Circumstances) => string
  /** A start that fails is the system's failure even where the configuration is to blame (§12.3). */
  readonly isSystem?: boolean
}

const known: readonly Row[] = [
  {
    like: /bind source path does not exist: (.*)/,
    explain: ([, source = ''], { volumes }) => sayMissing(source, volumes),
  },
  {
    like: /mount overlay:(\S+), data: lowerdir=([^,]+).*?: (.+)$/,
    isSystem: true,
    explain: ([, , folder = '', why = ''], { volumes }) =>
      `The Docker engine cannot lay a private layer over ${folder} (the volume "${entryOf(folder, volumes)}"): ${why}. Its data folder must lie on a file system such as ext4 or xfs, not on NFS or on another overlay. Mount the folder with ":ro" instead, or move the engine's data.`,
  },
  {
    like: /mounts denied|is not shared from the host/i,
    explain: () =>
      'A host folder in volumes is not shared with the virtual machine of the Docker engine. Add it under Resources, File sharing, in the settings of Docker Desktop.',
  },
  {
    like: /not a directory: unknown: Are you trying to mount a directory onto a file|mount a directory onto a file \(or vice-versa\)/i,
    isSystem: true,
    explain: () =>
      'A volume mounts a file over a folder, or a folder over a file. Correct source or destination in volumes of [runners.docker].',
  },
  {
    like: /path (.*) is mounted on (.*) but it is not a (shared|shared or slave) mount/,
    explain: ([, source = '', on = '', kind = '']) =>
      `The volume of ${source} asks for propagation, but ${on} is not a ${kind} mount on the engine's machine. Leave the word for propagation out in volumes of [runners.docker], or run "mount --make-rshared ${on}" there.`,
  },
  {
    like: /invalid mode: (.*)/,
    explain: ([, mode = '']) =>
      `The Docker engine does not know the volume mode "${mode}". Use ro or rw in volumes of [runners.docker].`,
  },
  {
    like: /Duplicate mount point: (.*)|(?<=: )([^:]*): duplicate mount destination/,
    explain: ([, docker, podman]) =>
      `Two entries of volumes and tmpfs have the destination ${docker ?? podman ?? ''}. Remove one of them.`,
  },
  {
    like: /exec: \\?"sh\\?":.*(executable file not found|no such file or directory)/i,
    isSystem: true,
    explain: (_, { image }) => `${say('no-shell', { image: image ?? 'of the job' })}.`,
  },
  {
    like: /exec: \\?"([^"\\]+)\\?":.*(executable file not found|no such file or directory|permission denied)/i,
    isSystem: true,
    explain: ([, program = ''], { image }) =>
      `The image ${image ?? 'of the job'} cannot start "${program}", its entrypoint. Set image:entrypoint to [""] or to a program the image has.`,
  },
  {
    like: /exec format error/i,
    isSystem: true,
    explain: (_, { image }) => `${say('other-cpu', { image: image ?? 'of the job' })}.`,
  },
  {
    like: /no space left on device/i,
    isSystem: true,
    explain: (_, { doing }) => `${say('disk-full', { doing })}.`,
  },
  {
    like: /conflicting options: hostname and the network mode/,
    explain: () =>
      'network_mode = "container:…" cannot be used: the job\'s containers have a host name. Use a network both containers join.',
  },
  {
    like: /network (?<docker>\S+) not found|find network with name or ID (?<podman>\S+):/,
    explain: ({ groups }) => {
      const network = groups?.['docker'] ?? groups?.['podman'] ?? ''
      return `The network ${network} of network_mode does not exist on the Docker engine. Create it with "docker network create ${network}".`
    },
  },
  {
    like: /all predefined address pools have been fully subnetted/,
    isSystem: true,
    explain: () =>
      'The Docker engine has no addresses left for another network. Remove unused ones with "docker network prune", or enlarge default-address-pools in its configuration.',
  },
]

/** For an engine that does not refuse a missing host path itself. */
export const missingSource = (source: string, volumes: VolumePlan): JobFailure =>
  new JobFailure('runner_configuration_error', sayMissing(source, volumes))

function sayMissing(source: string, volumes: VolumePlan | undefined): string {
  const entry = entryOf(source, volumes)
  return `${say(existsSync(source) ? 'folder-elsewhere' : 'folder-missing', { entry, source })}.`
}

function entryOf(source: string, plan: VolumePlan | undefined): string {
  const mounts = [
    ...(plan?.mounts ?? []),
    ...(plan?.binds ?? []).flatMap(({ hostPath }) => (hostPath ? [hostPath] : [])),
  ]
  return mounts.find(({ spec }) => spec.Source === source)?.entry ?? source
}
