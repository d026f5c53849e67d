import { say } from '../../contract/sentences/say.ts'
import { configurationError } from './configuration-error.ts'

/** `image:docker:platform` as engines are asked for it. */
export interface Platform {
  /** `os/architecture[/variant]`, or the OS alone. */
  readonly text: string
  /** The operating system that was written, where Linux takes its place. */
  readonly insteadOf?: string
}

const systems = ['linux', 'windows']
const otherSystems = [
  'aix',
  'android',
  'darwin',
  'dragonfly',
  'freebsd',
  'illumos',
  'ios',
  'netbsd',
  'openbsd',
]
const architectures =
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x i386 x86_64 x86-64 aarch64 armhf armel'.split(
    ' ',
  )

/**
 * A bare architecture is Linux's; an operating system that containers do not have becomes Linux (docker-executor.md
 * §5.2).
 * @throws JobFailure `runner_configuration_error` for what is no platform.
 */
export function parsePlatform(written: string): Platform {
  const parts = written.toLowerCase().split('/')
  const isWellFormed = parts.length <= 3 && parts.every((part) => /^[a-z0-9_.-]+$/.test(part))
  const [first = '', ...rest] = parts
  if (isWellFormed && rest.length === 0) {
    if (architectures.includes(first)) return { text: `linux/${first}` }
    if (systems.includes(first)) return { text: first }
    if (otherSystems.includes(first)) return { text: 'linux', insteadOf: first }
  }
  if (!isWellFormed || rest.length === 0) throw configurationError(`${say('platform-form', { written })}.`)
  if (systems.includes(first)) return { text: parts.join('/') }
  return { text: ['linux', ...rest].join('/'), insteadOf: first }
}
