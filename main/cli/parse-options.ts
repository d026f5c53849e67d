import { OptionValues, UsageError, type Option, type OptionValue } from './option.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Parsing {
  readonly environment: Environment
  /** Whether the first argument that is no option ends the options, as before a command's name. */
  readonly stopsAtArgument?: boolean
}

/**
 * Reads options as Go programs do: one dash or two, `--name value` or `--name=value`, `--flag` or `--flag=false`,
 * lists and maps one element per occurrence, `--` ends the options. What stands later wins.
 * @throws UsageError
 */
export function parseOptions(
  argv: readonly string[],
  options: readonly Option[],
  { environment, stopsAtArgument = false }: Parsing,
): OptionValues {
  const byName = new Map(options.flatMap((option) => option.names.map((name) => [name, option] as const)))
  const given = new Map<Option, string[]>()
  const rest: string[] = []

  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? ''
    if (argument === '--') {
      rest.push(...argv.slice(at + 1))
      break
    }
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(argument)
    if (!match) {
      if (stopsAtArgument) {
        rest.push(...argv.slice(at))
        break
      }
      rest.push(argument)
      continue
    }
    const [, name = '', joined] = match
    const option = byName.get(name)
    if (!option) throw new UsageError(`There is no option ${argument.replace(/=.*/s, '')}.`)
    let text = joined
    if (text === undefined && option.kind === 'flag') text = 'true'
    if (text === undefined) {
      at += 1
      text = argv[at]
      if (text === undefined) throw new UsageError(`The option ${written(name)} needs a value.`)
    }
    given.set(option, [...(given.get(option) ?? []), text])
  }

  const values = new Map<string, OptionValue>()
  for (const option of options) {
    const fromEnvironment = option.env === undefined ? undefined : environment[option.env]
    const texts = given.get(option) ?? (fromEnvironment ? [fromEnvironment] : [])
    const source = given.has(option) ? written(option.names[0]) : (option.env ?? '')
    if (texts.length > 0) values.set(option.names[0], read(option, texts, source))
  }
  return new OptionValues(values, rest, new Set([...given.keys()].map((option) => option.names[0])))
}

/** With the dashes people know it by. */
export const written = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`)

function read(option: Option, texts: readonly string[], source: string): OptionValue {
  const last = texts.at(-1) ?? ''
  switch (option.kind) {
    case 'text':
      return last
    case 'number':
      if (!/^[+-]?\d+$/.test(last)) throw new UsageError(`${source} must be a whole number, not "${last}".`)
      return Number(last)
    case 'flag':
      return readFlag(last, source)
    case 'list':
      return option.commas ? texts.flatMap((text) => text.split(',').map((word) => word.trim())) : texts
    case 'map':
      return Object.fromEntries(texts.map((text) => readPair(text, source)))
  }
}

// Go's strconv.ParseBool.
const yes = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const no = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

function readFlag(text: string, source: string): boolean {
  if (yes.has(text)) return true
  if (no.has(text)) return false
  throw new UsageError(`${source} must be true or false, not "${text}".`)
}

function readPair(text: string, source: string): readonly [string, string] {
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError(`${source} must be written as NAME:VALUE, not "${text}".`)
  return [text.slice(0, at), text.slice(at + 1)]
}
