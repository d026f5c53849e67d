import { say } from '../../contract/sentences/say.ts'
import type { ConfigProblem } from '../../contract/status.ts'
import { checkValues } from './check-values.ts'
import { fault, hint, type Finding } from './complaint.ts'
import { deepFreeze } from './deep-freeze.ts'
import { expandEnvironment } from './expand-environment.ts'
import { explainIssue } from './explain-issue.ts'
import { configSchema, type Config } from './schema.ts'
import { readToml, TomlSyntaxError, withoutBom } from './toml-text.ts'
import { findPlaces, type Places } from './toml-places.ts'
import { findUnknownKeys } from './unknown-keys.ts'

export interface ParseOptions {
  /** Where `$VAR` in `url` and `token` is looked up; nothing is expanded from the process by itself. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export interface ParsedConfig {
  /** Absent when a problem is an error. Deeply frozen. */
  readonly config: Config | undefined
  /** In the order of the file. */
  readonly problems: readonly ConfigProblem[]
}

/** What a file that does not exist says (config-toml.md §1). */
export const emptyConfig: Config = deepFreeze(configSchema.parse({}))

/**
 * Reads a whole config.toml. Every mistake comes with path, line, column and, where one is known, a remedy; only
 * errors keep the configuration from being used.
 */
export function parseConfig(text: string, { environment = {} }: ParseOptions = {}): ParsedConfig {
  let file: Record<string, unknown>
  try {
    file = readToml(text)
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error
    return { config: undefined, problems: [syntaxProblem(error)] }
  }

  const findings: Finding[] = [...findUnknownKeys(file)]
  expandRunners(file, environment, findings)
  const { config, issues } = parseLeniently(file)
  findings.push(...issues)
  const known = new Set(issues.map(({ path }) => path))
  // A key of the wrong type was judged already; what the schema put in its place is not the user's.
  if (config) findings.push(...checkValues(config).filter(({ path }) => !known.has(path)))

  const problems = locateFindings(text, findings)
  const refused = problems.some(({ severity }) => severity === 'error')
  return { config: refused || !config ? undefined : deepFreeze(config), problems }
}

/** Takes wrong values out of `file` until the rest can be read, so that one look shows every mistake. */
function parseLeniently(file: Record<string, unknown>): { config?: Config; issues: readonly Finding[] } {
  const issues = new Map<string, Finding>()
  for (let round = 0; round < 5; round++) {
    const result = configSchema.safeParse(file)
    if (result.success) return { config: result.data, issues: [...issues.values()] }
    for (const issue of result.error.issues) {
      const finding = explainIssue(issue, valueAt(file, issue.path))
      if (!issues.has(finding.path)) issues.set(finding.path, finding)
      takeOut(file, issue.path)
    }
  }
  return { issues: [...issues.values()] }
}

function takeOut(file: Record<string, unknown>, path: readonly PropertyKey[]): void {
  const key = path.at(-1)
  const parent = valueAt(file, path.slice(0, -1))
  if (key === undefined || typeof parent !== 'object' || parent === null) return
  const table = parent as Record<PropertyKey, unknown>
  if (Array.isArray(parent) || !(key in table)) table[key] = ''
  else delete table[key]
}

const syntaxProblem = (error: TomlSyntaxError): ConfigProblem => ({
  path: '',
  ...(error.line !== undefined && { line: error.line }),
  ...(error.column !== undefined && { column: error.column }),
  ...fault(error.message, say('correct-line')),
})

function expandRunners(
  file: Record<string, unknown>,
  environment: Readonly<Record<string, string | undefined>>,
  findings: Finding[],
): void {
  if (!Array.isArray(file['runners'])) return
  for (const [index, runner] of (file['runners'] as readonly unknown[]).entries()) {
    if (typeof runner !== 'object' || runner === null) continue
    const entry = runner as Record<string, unknown>
    for (const key of ['url', 'token']) {
      const value = entry[key]
      if (typeof value !== 'string') continue
      const { text, unset } = expandEnvironment(value, environment)
      entry[key] = text
      for (const name of unset) {
        findings.push({
          path: `runners[${index}].${key}`,
          ...hint(say('variable-unset', { name, key }), say('set-variable', { name })),
        })
      }
    }
  }
}

const valueAt = (file: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], file)

/** Positions are a help, not a condition: a text the second parser cannot read is still used. */
function placesOf(text: string): Places | undefined {
  try {
    return findPlaces(withoutBom(text))
  } catch {
    return undefined
  }
}

/** Says where in the text each finding is, in the order of the text. */
export function locateFindings(text: string, findings: readonly Finding[]): ConfigProblem[] {
  const places = placesOf(text)
  const problems = findings.map((finding) => ({ ...finding, ...placeOf(finding.path, places) }))
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

/** A missing key is shown where it should stand: at the header of its section. */
function placeOf(
  path: string,
  places: Places | undefined,
): Pick<ConfigProblem, 'line' | 'column'> | undefined {
  const place = places?.near(path)
  if (place) return { line: place.line, column: place.column }
  const parent = path.replace(/(?:\[\d+\]|\.?(?:[\w-]+|"(?:[^"\\]|\\.)*"))$/, '')
  return path === '' || parent === path ? undefined : placeOf(parent, places)
}

/** One problem as a line: `config.toml:12:3: runners[0].limit must be …`. */
export function problemInWords(problem: ConfigProblem, file: string): string {
  const place = [file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  const path = problem.path === '' ? '' : `${problem.path}: `
  const remedy = problem.remedy === undefined ? '' : ` ${withStop(problem.remedy)}`
  return `${place}: ${path}${problem.message}.${remedy}`
}

const withStop = (sentence: string) => (/[.?]$/.test(sentence) ? sentence : `${sentence}.`)
