import type { JobContext } from '../job/context.ts'
import { notice } from './echo.ts'
import { quote } from './quote.ts'

/** Which script a list of commands is, in the names of its sections (job-execution.md §5.6). */
export type CommandSource =
  | 'script_step'
  | 'after_script_step'
  | 'pre_build_script'
  | 'post_build_script'
  | 'pre_clone_script'
  | 'post_clone_script'

/** Shell lines that show each command of a list and run it (job-execution.md §5.5). */
export function runCommands(
  { flags, job }: Pick<JobContext, 'flags' | 'job'>,
  source: CommandSource,
  commands: readonly string[],
): readonly string[] {
  const inSections = flags.get('FF_SCRIPT_SECTIONS') === true && job.features.traceSections
  const check = statusCheck(flags)
  return commands.flatMap((written, index) => {
    const command = trimSpace(written)
    if (command === '') return ["printf '\\n'"]
    return [
      inSections && command.includes('\n')
        ? inSection(command, `section_${source}_${index}`)
        : notice(heading(command)),
      command,
      ...check,
    ]
  })
}

/** After a command with `FF_ENABLE_BASH_EXIT_CODE_CHECK`; without it errexit alone ends a script. */
function statusCheck(flags: JobContext['flags']): readonly string[] {
  if (flags.get('FF_ENABLE_BASH_EXIT_CODE_CHECK') !== true) return []
  return ['_runner_exit_code=$?; if [ $_runner_exit_code -ne 0 ]; then exit $_runner_exit_code; fi']
}

function heading(command: string): string {
  const end = command.indexOf('\n')
  return end < 0 ? `$ ${command}` : `$ ${command.slice(0, end)} # collapsed multi-line command`
}

/** The command's text as a section of its own that is over before the command runs. */
function inSection(command: string, name: string): string {
  const text = `\u001b[32;1m$ ${command}\u001b[0;m`
  return (
    `_runner_now=$(date +%s); printf 'section_start:%s:${name}[hide_duration=true,collapsed=true]\\r\\033[0K%s\\n` +
    `section_end:%s:${name}\\r\\033[0K\\n' "$_runner_now" ${quote(text)} "$_runner_now"`
  )
}

// Go's idea of white space, which differs from JavaScript's in U+0085 and U+FEFF.
const blank = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const blankEnds = new RegExp(`^${blank}|${blank}$`, 'g')

function trimSpace(text: string): string {
  return text.replace(blankEnds, '')
}
