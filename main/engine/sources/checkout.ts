import type { JobContext } from '../job/context.ts'
import { quote } from '../script/quote.ts'
import { hostOption } from './git-options.ts'
import type { Remote } from './remote.ts'

/** The command that puts a commit into the work tree, detached. */
export function checkoutCommand(context: JobContext, remote: Remote): string {
  const options = ['-c submodule.recurse=false', ...hostOption(context, remote)].join(' ')
  return `git ${options} checkout -f -q ${quote(context.job.git.sha)}`
}

export function cleanCommand({ settings }: JobContext): readonly string[] {
  return settings.gitCleanFlags === undefined
    ? []
    : [`git clean ${settings.gitCleanFlags.map(quote).join(' ')}`]
}

/** Large files come in one go after the checkout, which skipped them. */
export function pullLfsFiles({ settings }: JobContext): readonly string[] {
  if (settings.lfsSkipSmudge) return []
  return ["if command -v git-lfs >/dev/null; then git lfs pull || exit 1; printf '\\n'; fi"]
}
