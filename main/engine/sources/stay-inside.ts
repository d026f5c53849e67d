import type { JobDirs } from '../job/context.ts'
import { errorLine } from '../script/echo.ts'
import { quote } from '../script/quote.ts'

/**
 * Ends the stage where symbolic links lead the project directory out of the builds directory. Text comparison cannot
 * see this, only the container in which the links are; it comes before anything is deleted (job-execution.md §6.2).
 */
export function stayInside({ builds, project }: JobDirs): readonly string[] {
  return [
    // The deepest directory that is there decides; a link that leads nowhere is not followed later either.
    `_runner_dir=${quote(project)}`,
    'while ! [ -d "$_runner_dir" ] && ! [ -L "$_runner_dir" ]; do _runner_dir=${_runner_dir%/*}; _runner_dir=${_runner_dir:-/}; done',
    `if [ -d ${quote(builds)} ]; then`,
    `  _runner_base=$(cd -P -- ${quote(builds)} && pwd -P)`,
    '  _runner_real=$(cd -P -- "$_runner_dir" 2>/dev/null && pwd -P) || _runner_real=',
    '  case $_runner_real/ in',
    '    "${_runner_base%/}"/*) ;;',
    `    *) ${errorLine(`the project directory ${project} leaves ${builds} through a symbolic link`)} >&2; exit 1 ;;`,
    '  esac',
    'fi',
  ]
}
