import { redact } from '../engine/config/secret.ts'
import { CommandFailure, type Command, type CommandTerminal } from './command.ts'
import { commands } from './commands.ts'
import { globalOptions } from './common-options.ts'
import { ConfigRefused } from '../engine/config/config-refused.ts'
import { commandHelp, overview, versionText } from './help.ts'
import { createLogger, readFormat, readLevel } from './logger.ts'
import { UsageError } from './option.ts'
import { parseOptions } from './parse-options.ts'

/** The world a command runs in, before its options are known. */
export type Surface = Omit<CommandTerminal, 'logger' | 'hide' | 'followLogSettings'>

/** Runs one command line. Resolves to the exit code and never rejects. */
export async function main(argv: readonly string[], surface: Surface): Promise<number> {
  const { stdout, stderr } = surface
  const say = (text: string) => void stdout.write(`${text}\n`)
  try {
    const { environment } = surface.around
    const before = parseOptions(argv, globalOptions, { environment, stopsAtArgument: true })
    const terminal = openTerminal(surface, before)
    if (before.flag('version') === true) return (say(versionText()), 0)
    const [name, ...rest] = before.rest
    if (name === undefined || name === 'help' || before.flag('help') === true)
      return (say(overview(commands)), 0)

    const row = commands.find((known) => known.name === name)
    if (!row) throw new UsageError(`There is no command "${name}"; "drydock --help" lists them.`)
    const command = await row.load()
    if (rest.some((word) => /^--?(?:h|help)$/.test(word))) return (say(commandHelp(row, command)), 0)
    const values = parseOptions(rest, command.options, { environment })
    checkArguments(name, command, values.rest)
    return await command.run(values, terminal)
  } catch (error) {
    stderr.write(`${redact(`FATAL: ${explain(error)}`)}\n`)
    return 1
  }
}

function checkArguments(
  name: string,
  { verbs, arguments: known = [] }: Command,
  given: readonly string[],
): void {
  const [verb, ...others] = verbs === undefined ? [undefined, ...given] : given
  if (verbs !== undefined && !verbs.includes(verb ?? ''))
    throw new UsageError(`Write one of these behind "drydock ${name}": ${verbs.join(', ')}.`)
  const odd = others[known.length]
  if (odd === undefined) return
  throw new UsageError(`"${odd}" is not expected here; "drydock ${name} --help" tells what is.`)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const expected = [CommandFailure, UsageError, ConfigRefused].some((kind) => error instanceof kind)
  if (expected || error.name === 'NoServer' || process.env['RUNNER_DEBUG'] === undefined) return error.message
  return error.stack ?? error.message
}

function openTerminal(surface: Surface, options: ReturnType<typeof parseOptions>): CommandTerminal {
  const level = options.flag('debug') === true ? 'debug' : options.text('log-level')
  const format = options.text('log-format')
  const log = createLogger(surface.stderr, {
    level: level === undefined ? 'info' : readLevel(level),
    format: format === undefined ? 'runner' : readFormat(format),
  })
  return {
    ...surface,
    logger: log.logger,
    hide: (secret) => log.hide(secret),
    followLogSettings(settings) {
      try {
        if (level === undefined) log.setLevel(readLevel(settings.log_level ?? 'info'))
        if (format === undefined) log.setFormat(readFormat(settings.log_format ?? 'runner'))
      } catch {
        // The file's own check has named the word that is no level or format.
      }
    },
  }
}
