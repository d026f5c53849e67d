import { isIP } from 'node:net'

import { parseGoDuration } from '../../contract/go-duration.ts'
import { parseCpus, parseSize, parseUlimit } from '../docker/quantities.ts'
import { adviceOn } from '../docker/volume-advice.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import { fault, hint, type Complaint } from './complaint.ts'
import { nearest } from './nearest.ts'

/** Judges one text of the file; never called with an empty one, which means unset. */
export type Rule = (text: string) => Complaint | undefined

const oneOf =
  (key: string, words: readonly string[], complain: typeof fault = fault): Rule =>
  (text) =>
    words.includes(text) ? undefined : complain(`"${text}" is not a ${key}`, choices(text, words))

function choices(text: string, words: readonly string[]): string {
  const likely = nearest(text, words)
  const all = `It is one of: ${words.join(', ')}.`
  return likely === undefined ? all : `Did you mean "${likely}"? ${all}`
}

export const address: Rule = (text) => {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return undefined
  return fault(
    'the address is not an http or https URL',
    'Write it in full, for example "https://gitlab.com".',
  )
}

export const duration: Rule = (text) =>
  parseGoDuration(text) === undefined
    ? fault(`"${text}" is not a duration`, 'Write numbers with units, for example "90s", "15m" or "1h30m".')
    : undefined

/** What `executor` may say to gitlab-runner; Drydock runs the first, and knows the others by name. */
const otherExecutors = [
  'docker-windows',
  'docker-autoscaler',
  'docker+machine',
  'docker-ssh',
  'docker-ssh+machine',
  'instance',
  'kubernetes',
  'shell',
  'ssh',
  'custom',
  'parallels',
  'virtualbox',
]

export const executor: Rule = (text) => {
  if (text === 'docker') return undefined
  if (otherExecutors.includes(text)) {
    return hint(
      `Drydock has no ${text} executor; this runner gets no jobs`,
      'Set executor = "docker", or leave this runner to gitlab-runner.',
    )
  }
  const likely = nearest(text, ['docker', ...otherExecutors])
  const guess = likely === undefined ? '' : `Did you mean "${likely}"? `
  return fault(`there is no executor "${text}"`, `${guess}Drydock runs executor = "docker".`)
}

export const shell = oneOf('shell', ['bash', 'sh', 'pwsh', 'powershell', 'cmd'])
export const logLevel = oneOf('log level', ['panic', 'fatal', 'error', 'warning', 'info', 'debug'], hint)
export const logFormat = oneOf('log format', ['runner', 'text', 'json'], hint)
export const pullPolicy = oneOf('pull policy', ['always', 'if-not-present', 'never'])
export const cacheType = oneOf('cache type', ['s3', 'gcs', 'azure'])

/** Sizes, processors and limits are read by the docker executor; what it refuses at job time is refused here. */
const readBy =
  (read: (key: string, text: string) => unknown, what: string, remedy: string): Rule =>
  (text) => {
    try {
      read('', text)
      return undefined
    } catch {
      return fault(`"${text}" is not ${what}`, remedy)
    }
  }

export const size = readBy(parseSize, 'a size', 'Write a number with a unit, for example "512m" or "4g".')
export const cpus = readBy(parseCpus, 'a number of processors', 'Write a number, for example "2" or "0.5".')
export const ulimit = readBy(
  parseUlimit,
  'a limit',
  'Write the soft and the hard limit, for example "1024:2048".',
)

export const volume: Rule = (text) =>
  parseVolume(text) === undefined
    ? fault(`"${text}" is not a volume`, `${sentence(adviceOn(text))}.`)
    : undefined

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export const ipAddress: Rule = (text) =>
  isIP(text) === 0
    ? fault(
        `"${text}" is not an IP address`,
        'Write the address of the name server, for example "192.0.2.53".',
      )
    : undefined

export const macAddress: Rule = (text) =>
  /^[\da-f]{2}(?:[:-][\da-f]{2}){5}$/i.test(text)
    ? undefined
    : fault(
        `"${text}" is not a MAC address`,
        'Write six pairs of hex digits, for example "92:d0:c6:0a:29:33".',
      )

export const absolutePath: Rule = (text) =>
  /^(?:\/|[a-z]:[\\/]|\$)/i.test(text)
    ? undefined
    : fault(`"${text}" is not an absolute path`, 'Write the path inside the container, beginning with "/".')

export const hostEntry: Rule = (text) =>
  /^[^:\s]+[:=].+$/.test(text)
    ? undefined
    : fault(`"${text}" names no address`, 'Write name and address, for example "registry.local:192.0.2.7".')

export const device: Rule = (text) =>
  /^[^:]+(?::[^:]+)?(?::[rwm]+)?$/.test(text)
    ? undefined
    : fault(`"${text}" is not a device`, 'Write "host[:container[:rwm]]", for example "/dev/kvm".')
