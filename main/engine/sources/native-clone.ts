import type { JobContext } from '../job/context.ts'
import { notice } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { fetchIntoRepository } from './fetch-into-repository.ts'
import { gitConfigText } from './git-config.ts'
import { hostOption, userAgentOption } from './git-options.ts'
import { templateSettings } from './git-settings.ts'
import { sourcePathsOf } from './paths.ts'
import type { Remote } from './remote.ts'
import { indent, writeFile } from './shell-text.ts'

/** Whether the job wants one `git clone` in place of init and fetch. */
export function clonesNatively({ flags, settings }: JobContext): boolean {
  return settings.gitStrategy === 'clone' && flags.get('FF_USE_GIT_NATIVE_CLONE') === true
}

/** Lines of a shell function that clones where git is 2.49 or later, and fetches with an older one (job-execution.md §7.4). */
export function cloneRepository(context: JobContext, remote: Remote): readonly string[] {
  const { dirs, job } = context
  const { ref, depth } = job.git
  const withDepth = depth > 0 ? ` with git depth set to ${depth}` : ''
  return [
    '_runner_git=$(git version); _runner_git=${_runner_git#git version }',
    '_runner_major=${_runner_git%%.*}; _runner_minor=${_runner_git#*.}; _runner_minor=${_runner_minor%%.*}',
    'if [ "$_runner_major" -gt 2 ] || { [ "$_runner_major" -eq 2 ] && [ "$_runner_minor" -ge 49 ]; }; then',
    `  printf '\\033[0;m%s\\n' 'Git version at least "2.49"'`,
    `  ${notice(ref === '' ? 'Cloning repository...' : `Cloning repository for ${ref}${withDepth}...`)}`,
    `  ${cloneCommand(context, remote)} || return`,
    `  cd -- ${quote(dirs.project)} || return`,
    'else',
    ...indent([
      // A clone adds its remote itself; init takes it from the template.
      writeFile(`${sourcePathsOf(dirs).template}/config`, gitConfigText(templateSettings(context, remote))),
      ...fetchIntoRepository(context, remote),
    ]),
    'fi',
  ]
}

function cloneCommand(context: JobContext, remote: Remote): string {
  const { dirs, job, settings } = context
  const { ref, depth } = job.git
  return [
    'git',
    userAgentOption,
    ...hostOption(context, remote),
    'clone --no-checkout',
    quote(remote.url),
    quote(dirs.project),
    `--template ${quote(sourcePathsOf(dirs).template)}`,
    ...(depth > 0 ? [`--depth ${depth}`] : []),
    ...(ref === '' ? [] : [`${ref.startsWith('refs/') ? '--revision' : '--branch'} ${quote(ref)}`]),
    ...settings.gitCloneExtraFlags.map(quote),
  ].join(' ')
}
