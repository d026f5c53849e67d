import { say } from '../../contract/sentences/say.ts'
import { configurationError } from './configuration-error.ts'

const units = ['', 'k', 'm', 'g', 't', 'p']

/** Bytes of `512m`, `1.5g`, `2GiB`; units are binary (docker-executor.md §11.1). `''` = not set. */
export function parseSize(key: string, text: string): number | undefined {
  if (text === '') return undefined
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])?i?b?)$/i.exec(text) ?? []
  if (amount === undefined) {
    throw configurationError(say('job-size-form', { path: key, text }))
  }
  return Math.floor(Number(amount) * 1024 ** units.indexOf(unit.toLowerCase()))
}

/** Billionths of a CPU of `1.5` or `3/2`. `''` = not set. */
export function parseCpus(key: string, text: string): number | undefined {
  if (text === '') return undefined
  const [, amount, divisor = '1'] = /^(\d+(?:\.\d*)?|\.\d+)(?:\/(\d+))?$/.exec(text) ?? []
  if (amount === undefined || Number(divisor) === 0) {
    throw configurationError(say('job-cpus-form', { path: key, text }))
  }
  return Math.round((Number(amount) / Number(divisor)) * 1e9)
}

/** `soft[:hard]`, hard defaulting to soft; -1 = unlimited. */
export function parseUlimit(
  name: string,
  text: string,
): { readonly Name: string; readonly Soft: number; readonly Hard: number } {
  const [, soft, hard = soft] = /^(-?\d+)(?::(-?\d+))?$/.exec(text) ?? []
  if (soft === undefined) {
    throw configurationError(say('ulimit-form', { path: name, text }))
  }
  return { Name: name, Soft: Number(soft), Hard: Number(hard) }
}
