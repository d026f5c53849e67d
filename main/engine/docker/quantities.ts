import { configurationError } from './configuration-error.ts'

const units = ['', 'k', 'm', 'g', 't', 'p']

/** Bytes of `512m`, `1.5g`, `2GiB`; units are binary (docker-executor.md §11.1). `''` = not set. */
export function parseSize(key: string, text: string): number | undefined {
  if (text === '') return undefined
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])?i?b?)$/i.exec(text) ?? []
  if (amount === undefined) {
    throw configurationError(
      `${key} = "${text}" is not a size; write it as a number and a unit, such as 512m or 2g`,
    )
  }
  return Math.floor(Number(amount) * 1024 ** units.indexOf(unit.toLowerCase()))
}

/** Billionths of a CPU of `1.5` or `3/2`. `''` = not set. */
export function parseCpus(key: string, text: string): number | undefined {
  if (text === '') return undefined
  const [, amount, divisor = '1'] = /^(\d+(?:\.\d*)?|\.\d+)(?:\/(\d+))?$/.exec(text) ?? []
  if (amount === undefined || Number(divisor) === 0) {
    throw configurationError(`${key} = "${text}" is not a number of CPUs; write it as 1.5 or 3/2`)
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
    throw configurationError(
      `ulimit ${name} = "${text}" is not a limit; write it as soft or soft:hard, such as 1024:2048`,
    )
  }
  return { Name: name, Soft: Number(soft), Hard: Number(hard) }
}
