import { say } from '../../contract/sentences/say.ts'
import { ConfigRefused } from './config-refused.ts'
import { parseConfig } from './parse-config.ts'
import { readToml, TomlSyntaxError } from './toml-text.ts'
import { isTable, type TomlTable, type TomlValue } from './toml-write.ts'

/**
 * The one `[[runners]]` of a registration template, as written (config-toml.md §10.3). Global keys, `token` and
 * `name` are dropped.
 * @throws ConfigRefused when it is no TOML or has mistakes; Error when it does not hold exactly one runner.
 */
export function readTemplate(text: string, file: string): TomlTable {
  const { problems } = parseConfig(text)
  // A template may leave out what the command line gives.
  const errors = problems.filter(
    ({ severity, path }) => severity === 'error' && !/\.(?:url|executor)$/.test(path),
  )
  if (errors.length > 0) throw new ConfigRefused(file, errors)
  const runners = read(text)['runners']
  if (!Array.isArray(runners) || runners.length !== 1) {
    const count = Array.isArray(runners) ? runners.length : 0
    throw new Error(`${say('template-runners', { file, count })}.`)
  }
  const { token: _token, name: _name, ...rest } = runners[0] as TomlTable
  return rest
}

function read(text: string): Record<string, unknown> {
  try {
    return readToml(text)
  } catch (error) {
    if (error instanceof TomlSyntaxError) return {}
    throw error
  }
}

/**
 * Fills what is zero in `own` (nothing, empty, 0, false) from the template; sections field by field, lists whole.
 * `own` keeps its order; what only the template has comes after.
 */
export function fillFromTemplate(own: TomlTable, template: TomlTable): TomlTable {
  const filled: Record<string, TomlValue | undefined> = { ...own }
  for (const [key, value] of Object.entries(template)) {
    const present = own[key]
    if (isTable(present) && isTable(value)) filled[key] = fillFromTemplate(present, value)
    else if (isZero(present)) filled[key] = value
  }
  return filled
}

const isZero = (value: TomlValue | undefined): boolean =>
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isTable(value) && Object.keys(value).length === 0)
