import { existsSync } from 'node:fs'

import { say } from '../../contract/sentences/say.ts'
import { JobFailure } from '../job/outcome.ts'
import { DockerError, isUnreachable } from './docker-error.ts'
import { EngineUnreachable, remedyFor } from './engine-unreachable.ts'
import type { VolumePlan } from './plan-volumes.ts'
import type { DockerEngine } from './port.ts'

interface Circumstances {
  /** Continues "cannot …", said by a code `doing-…`. */
  readonly doing: string
  /** What is refused as it is asked for is the fault of the configuration, not of the engine. */
  readonly isWish?: boolean
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
    return new JobFailure(
      'runner_system_failure',
      `${say('docker-cannot-because', { doing: circumstances.doing, why: `${problem}. ${remedy}` })}.`,
      {
        cause: error,
      },
    )
  }
  for (const { like, explain, isSystem = false } of known) {
    const match = like.exec(error.message)
    if (match === null) continue
    const reason = isSystem ? 'runner_system_failure' : 'runner_configuration_error'
    return new JobFailure(reason, explain(match, circumstances), { cause: error })
  }
  const reason =
    error.status === 400 && circumstances.isWish === true
      ? 'runner_configuration_error'
      : 'runner_system_failure'
  return new JobFailure(reason, say('docker-cannot', { doing: circumstances.doing, why: error.message }), {
    cause: error,
  })
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
      `${say('private-layer', { folder, entry: entryOf(folder, volumes), why })}.`,
  },
  {
    like: /mounts denied|is not shared from the host/i,
    explain: () => `${say('folder-not-shared')}.`,
  },
  {
    like: /not a directory: unknown: Are you trying to mount a directory onto a file|mount a directory onto a file \(or vice-versa\)/i,
    isSystem: true,
    explain: () => `${say('file-over-folder')}.`,
  },
  {
    like: /path (.*) is mounted on (.*) but it is not a (shared|shared or slave) mount/,
    explain: ([, source = '', on = '', kind = '']) => `${say('not-propagated', { source, on, kind })}.`,
  },
  {
    like: /invalid mode: (.*)/,
    explain: ([, mode = '']) => `${say('volume-mode', { mode })}.`,
  },
  {
    like: /Duplicate mount point: (.*)|(?<=: )([^:]*): duplicate mount destination/,
    explain: ([, docker, podman]) => `${say('mounted-twice', { destination: docker ?? podman ?? '' })}.`,
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
      `${say('entrypoint-fails', { image: image ?? 'of the job', program })}.`,
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
    explain: () => `${say('network-of-container')}.`,
  },
  {
    like: /network (?<docker>\S+) not found|find network with name or ID (?<podman>\S+):/,
    explain: ({ groups }) => {
      const network = groups?.['docker'] ?? groups?.['podman'] ?? ''
      return `${say('network-missing', { network })}.`
    },
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
