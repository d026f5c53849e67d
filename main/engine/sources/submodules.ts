import type { JobContext } from '../job/context.ts'
import { notice, warningLine } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { sourcePathsOf } from './paths.ts'

/** Shell lines that bring submodules to the commits the project names (job-execution.md §7.6). */
export function updateSubmodules({ settings, dirs }: JobContext): readonly string[] {
  const isRecursive = settings.submoduleStrategy === 'recursive'
  const recursive = isRecursive ? ['--recursive'] : []
  const paths = settings.submodulePaths.length === 0 ? [] : ['--', ...settings.submodulePaths.map(quote)]
  const depth = settings.submoduleDepth > 0 ? settings.submoduleDepth : undefined
  const clean = (settings.gitCleanFlags ?? ['-ffdx']).map(quote)
  const external = quote(sourcePathsOf(dirs).external)
  // The parent's credentials and settings reach git in each submodule.
  const withParent = `-c include.path=${external}`

  const git = (...words: readonly string[]) => ['git', ...words].join(' ')
  const foreach = (...command: readonly string[]) => git('submodule', 'foreach', ...recursive, ...command)
  const foreachWithParent = (...command: readonly string[]) =>
    git(withParent, 'submodule', 'foreach', ...recursive, ...command)
  const sync = git('submodule', 'sync', ...recursive, ...paths)
  const update = git(
    withParent,
    'submodule update --init',
    ...recursive,
    ...(depth === undefined ? [] : [`--depth ${depth}`]),
    ...settings.submoduleUpdateFlags.map(quote),
    ...paths,
  )
  const followsBranches = settings.submoduleUpdateFlags.some((flag) => flag.toLowerCase() === '--remote')
  const how = `${isRecursive ? ' recursively' : ''}${depth === undefined ? '' : ` with git depth set to ${depth}`}`

  return [
    notice(`Updating/initializing submodules${how}...`),
    ...orFail([git('submodule init'), sync, foreach('git clean', ...clean), foreach('git reset --hard')]),
    `if ${update}; then`,
    `  ${notice('Updated submodules')}`,
    `  ${sync} || exit 1`,
    'else',
    `  ${warningLine('Updating submodules failed. Retrying...')}`,
    ...orFail([
      ...(followsBranches ? [foreachWithParent('git fetch origin +refs/heads/*:refs/remotes/origin/*')] : []),
      sync,
      update,
      foreach('git reset --hard'),
    ]).map((line) => `  ${line}`),
    'fi',
    ...orFail([foreach('git clean', ...clean)]),
    notice('Configuring submodules to use parent git credentials...'),
    ...orFail([git('submodule foreach --recursive git config --replace-all include.path', external)]),
    ...(settings.lfsSkipSmudge
      ? []
      : [
          'if command -v git-lfs >/dev/null; then',
          `  ${notice('Pulling LFS files...')}`,
          `  ${foreachWithParent('git lfs pull')} || exit 1`,
          'fi',
        ]),
  ]
}

function orFail(commands: readonly string[]): readonly string[] {
  return commands.map((command) => `${command} || exit 1`)
}
