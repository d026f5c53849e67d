import { say } from '../../contract/sentences/say.ts'
import { configurationError } from './configuration-error.ts'
import { matchesGlob } from './glob.ts'
import type { DeviceRequest, DeviceSpec } from './specs.ts'

/** `host[:container[:permissions]]`. */
export function parseDevice(key: string, text: string): DeviceSpec {
  const parts = text.split(':')
  const [host = '', container = host, permissions = 'rwm'] = parts
  if (parts.length > 3 || host === '') {
    throw configurationError(say('job-device-form', { path: key, text }))
  }
  return { PathOnHost: host, PathInContainer: container, CgroupPermissions: permissions }
}

/** The devices of a service: those of every pattern its image, with tag, matches. */
export const devicesFor = (
  image: string,
  patterns: Readonly<Record<string, readonly string[]>>,
): readonly DeviceSpec[] =>
  Object.entries(patterns)
    .filter(([pattern]) => matchesGlob(pattern, image))
    .flatMap(([, devices]) => devices.map((device) => parseDevice('services_devices', device)))

/** The value of `gpus`, written as for `docker run --gpus` (docker-executor.md §11.1). `''` = none. */
export function parseGpus(key: string, text: string): readonly DeviceRequest[] {
  if (text.trim() === '') return []
  let count: number | undefined
  let ids: readonly string[] | undefined
  let driver = ''
  let capabilities: readonly string[] = []
  let options: Record<string, string> = {}
  for (const field of splitCsv(text)) {
    const [name = '', ...rest] = field.split('=')
    const value = rest.length === 0 ? undefined : rest.join('=')
    if (value === undefined) count = countOf(key, name)
    else if (name === 'count') count = countOf(key, value)
    else if (name === 'device') ids = value.split(',')
    else if (name === 'driver') driver = value
    else if (name === 'capabilities') capabilities = value.split(',')
    else if (name === 'options') options = Object.fromEntries(value.split(',').map(keyAndValue))
    else throw configurationError(say('gpu-field', { path: key, field: name }))
  }
  return [
    {
      Driver: driver,
      Count: ids === undefined ? (count ?? 1) : (count ?? 0),
      ...(ids && { DeviceIDs: ids }),
      Capabilities: [capabilities.includes('gpu') ? capabilities : [...capabilities, 'gpu']],
      Options: options,
    },
  ]
}

function countOf(key: string, text: string): number {
  if (text === 'all') return -1
  if (/^\d+$/.test(text)) return Number(text)
  throw configurationError(say('gpu-count', { path: key, text }))
}

const keyAndValue = (text: string): [string, string] => {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Commas separate, except within double quotes around a whole field: `"device=0,1"`. */
const splitCsv = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'),
  )
