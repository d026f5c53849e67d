import { isIP } from 'node:net'

import { say } from '../../contract/sentences/say.ts'
import { parseGoDuration } from '../../contract/go-duration.ts'
import { parseCpus, parseSize, parseUlimit } from '../docker/quantities.ts'
import { adviceOn } from '../docker/volume-advice.ts'
import { parseVolume } from '../docker/volume-spec.ts'
import { fault, hint, type Complaint } from './complaint.ts'
import { nearest } from './nearest.ts'

/** Judges one text of the file; never called with an empty one, which means unset. */
export type Rule = (text: string) => Complaint | undefined

const oneOf =
  (what: string, words: readonly string[], complain: typeof fault = fault): Rule =>
  (text) =>
    words.includes(text) ? undefined : complain(say('not-a-choice', { text, what }), choices(text, words))

function choices(text: string, words: readonly string[]): string {
  const likely = nearest(text, words)
  const list = words.join(', ')
  return likely === undefined ? say('choices', { list }) : say('guess-choices', { likely, list })
}

export const address: Rule = (text) => {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return undefined
  return fault(say('bad-address'), say('address-form'))
}

export const duration: Rule = (text) =>
  parseGoDuration(text) === undefined ? fault(say('bad-duration', { text }), say('duration-form')) : undefined

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
    return hint(say('other-executor', { executor: text }), say('other-executor-remedy'))
  }
  const likely = nearest(text, ['docker', ...otherExecutors])
  return fault(
    say('unknown-executor', { executor: text }),
    likely === undefined ? say('docker-executor') : say('guess-executor', { likely }),
  )
}

export const shell = oneOf(say('what-shell'), ['bash', 'sh', 'pwsh', 'powershell', 'cmd'])
export const logLevel = oneOf(
  say('what-log-level'),
  ['panic', 'fatal', 'error', 'warning', 'info', 'debug'],
  hint,
)
export const logFormat = oneOf(say('what-log-format'), ['runner', 'text', 'json'], hint)
export const pullPolicy = oneOf(say('what-pull-policy'), ['always', 'if-not-present', 'never'])
export const cacheType = oneOf(say('what-cache-type'), ['s3', 'gcs', 'azure'])

/** Sizes, processors and limits are read by the docker executor; what it refuses at job time is refused here. */
const readBy =
  (
    read: (key: string, text: string) => unknown,
    code: 'bad-size' | 'bad-cpus' | 'bad-limit',
    remedy: string,
  ): Rule =>
  (text) => {
    try {
      read('', text)
      return undefined
    } catch {
      return fault(say(code, { text }), remedy)
    }
  }

export const size = readBy(parseSize, 'bad-size', say('size-form'))
export const cpus = readBy(parseCpus, 'bad-cpus', say('cpus-form'))
export const ulimit = readBy(parseUlimit, 'bad-limit', say('limit-form'))

export const volume: Rule = (text) =>
  parseVolume(text) === undefined ? fault(say('bad-volume', { text }), sentence(adviceOn(text))) : undefined

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export const ipAddress: Rule = (text) =>
  isIP(text) === 0 ? fault(say('bad-ip', { text }), say('ip-form')) : undefined

export const macAddress: Rule = (text) =>
  /^[\da-f]{2}(?:[:-][\da-f]{2}){5}$/i.test(text)
    ? undefined
    : fault(say('bad-mac', { text }), say('mac-form'))

export const absolutePath: Rule = (text) =>
  /^(?:\/|[a-z]:[\\/]|\$)/i.test(text) ? undefined : fault(say('bad-path', { text }), say('path-form'))

export const hostEntry: Rule = (text) =>
  /^[^:\s]+[:=].+$/.test(text) ? undefined : fault(say('bad-host-entry', { text }), say('host-entry-form'))

export const device: Rule = (text) =>
  /^[^:]+(?::[^:]+)?(?::[rwm]+)?$/.test(text)
    ? undefined
    : fault(say('bad-device', { text }), say('device-form'))
