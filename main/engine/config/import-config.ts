import { say } from '../../contract/sentences/say.ts'
import type { ImportedKey, ImportReport } from '../../contract/setup.ts'
import { addRunner } from './edits.ts'
import { leavesOf } from './leaves.ts'
import { parseConfig, type ParseOptions } from './parse-config.ts'
import type { Config, RunnerConfig } from './schema.ts'
import { readToml, TomlSyntaxError } from './toml-text.ts'
import type { TomlTable } from './toml-write.ts'

/** What would become of every key of a config.toml, were its runners taken into the present one. */
export function reportImport(text: string, present: Config, options: ParseOptions = {}): ImportReport {
  const { problems } = parseConfig(text, options)
  const unreadable = problems.find(({ severity, path }) => severity === 'error' && path === '')
  if (unreadable) return { keys: [], runners: [], problem: unreadable }

  const runners = runnersOf(text).map((runner) => ({
    name: textOf(runner['name']),
    url: textOf(runner['url']),
    executor: textOf(runner['executor']),
    ...refusalOf(runner, present),
  }))
  const keys = leavesOf(readToml(text)).map(([path]): ImportedKey => {
    const problem = problems.find((one) => path === one.path || isBelow(path, one.path))
    const of = /^runners\[(\d+)\]/.exec(path)
    if (of === null) return { path, fate: 'no-effect', why: say('global-stays') }
    if (runners[Number(of[1])]?.refused !== undefined) return { path, fate: 'refused' }
    if (problem === undefined) return { path, fate: 'taken' }
    return { path, fate: problem.severity === 'error' ? 'refused' : 'no-effect', why: problem.message }
  })
  return { keys, runners }
}

/** The file with the other one's runners that can be taken. @returns how many there were. */
export function importRunners(text: string, from: string, present: Config): { text: string; added: number } {
  const taken = runnersOf(from).filter((runner) => refusalOf(runner, present).refused === undefined)
  return { text: taken.reduce((edited, runner) => addRunner(edited, runner), text), added: taken.length }
}

function refusalOf(runner: TomlTable, present: Config): Pick<ImportReport['runners'][number], 'refused'> {
  if (runner['executor'] !== 'docker') return { refused: 'executor' }
  const token = textOf(runner['token'])
  if (token === '') return { refused: 'no-token' }
  const isHere = (other: RunnerConfig) => other.token === token && other.url === runner['url']
  return present.runners.some(isHere) ? { refused: 'is-here' } : {}
}

function runnersOf(text: string): readonly TomlTable[] {
  try {
    const { runners } = readToml(text)
    return Array.isArray(runners) ? (runners as readonly TomlTable[]) : []
  } catch (error) {
    if (error instanceof TomlSyntaxError) return []
    throw error
  }
}

const isBelow = (path: string, of: string) =>
  of !== '' && path.startsWith(of) && /^[.[]/.test(path.slice(of.length))
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
