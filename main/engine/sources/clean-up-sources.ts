import type { JobContext } from '../job/context.ts'
import { notice } from '../script/echo.ts'
import { gitlabEnvOf, globalGitConfigOf } from '../script/preamble.ts'
import { quote } from '../script/quote.ts'
import { pathOfFileVariable } from '../variables/variables.ts'
import { sourcePathsOf } from './paths.ts'
import { hasSubmodules, preClean } from './pre-clean.ts'
import { rejectCredentials } from './reject-credentials.ts'
import { remoteOf } from './remote.ts'
import { removeTree } from './shell-functions.ts'
import { stayInside } from './stay-inside.ts'

/** Shell lines of the stage that ends a job: secrets and locks go, with `FF_ENABLE_JOB_CLEANUP` the work tree too (job-execution.md §7.9). */
export function cleanUpSources(context: JobContext): readonly string[] {
  const { dirs, variables, flags } = context
  const files = new Set([
    gitlabEnvOf(dirs.tmp),
    `${dirs.tmp}/masking.db`,
    sourcePathsOf(dirs).external,
    globalGitConfigOf(dirs.tmp),
    ...variables.list.filter(({ file }) => file).map(({ key }) => pathOfFileVariable(dirs.tmp, key)),
    `${dirs.builds}/.gitlab-build-uid-gid`,
  ])
  return [
    ...rejectCredentials(remoteOf(context)),
    ...(flags.get('FF_ENABLE_JOB_CLEANUP') === true ? cleanWorkTree(context) : []),
    `rm -f -- ${[...files].map(quote).join(' ')}`,
    ...stayInside(dirs),
    ...preClean(context),
  ]
}

function cleanWorkTree(context: JobContext): readonly string[] {
  const { dirs, settings } = context
  if (settings.gitStrategy === 'none') return [notice('Skipping build directory cleanup step')]
  if (settings.gitStrategy === 'fetch') return [...stayInside(dirs), ...resetWorkTree(context)]
  return [...stayInside(dirs), removeTree, `_runner_remove ${quote(dirs.project)}`]
}

function resetWorkTree(context: JobContext): readonly string[] {
  const { dirs, settings } = context
  const recursive = settings.submoduleStrategy === 'recursive' ? ' --recursive' : ''
  const reset = [
    ...(settings.gitCleanFlags === undefined
      ? []
      : [`git clean ${settings.gitCleanFlags.map(quote).join(' ')}`]),
    'git reset --hard',
  ]
  const inSubmodules = reset.map((command) => `git submodule --quiet foreach${recursive} ${command}`)
  return [
    `if [ -d ${quote(dirs.project)} ]; then`,
    `  cd -- ${quote(dirs.project)}`,
    ...[...reset, ...(hasSubmodules(context) ? inSubmodules : [])].map((command) => `  ${command}`),
    'fi',
  ]
}
