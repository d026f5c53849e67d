import type { JobContext } from '../job/context.ts'
import { quote } from '../script/quote.ts'
import { sourcePathsOf } from './paths.ts'

const locks = [
  'index.lock',
  'shallow.lock',
  'HEAD.lock',
  'config.lock',
  'packed-refs.lock',
  'hooks/post-checkout',
]

/**
 * Removes what a killed git left locked, and configuration and hooks an earlier job may have changed
 * (job-execution.md §7.2). Programs are started only where there is something to remove.
 */
export function preClean(context: JobContext): readonly string[] {
  const { git, template } = sourcePathsOf(context.dirs)
  const clean = cleansGitConfig(context)
  const modules = `${git}/modules`
  const files = [
    ...locks.map((name) => `${git}/${name}`),
    ...(clean ? [`${git}/config`, `${git}/hooks`, `${template}/config`, `${template}/hooks`] : []),
  ]
  return [
    `if [ -d ${quote(git)} ]; then`,
    `  rm -rf -- ${files.map(quote).join(' ')}`,
    // No ref ends in .lock, so whatever does is one.
    `  if [ -d ${quote(`${git}/refs`)} ]; then find ${quote(`${git}/refs`)} -name '*.lock' -type f -exec rm -f -- {} +; fi`,
    ...(hasSubmodules(context)
      ? [
          `  if [ -d ${quote(modules)} ]; then`,
          `    find ${quote(modules)} -type f \\( -name '*.lock' -o -name post-checkout${clean ? ' -o -name config' : ''} \\) -exec rm -f -- {} +`,
          // A submodule may itself be called hooks: its directory has a HEAD.
          ...(clean
            ? [
                `    find ${quote(modules)} -type d -name hooks ! -exec test -e '{}/HEAD' \\; -prune -exec rm -rf -- {} +`,
              ]
            : []),
          '  fi',
        ]
      : []),
    'fi',
  ]
}

/** Whether git's configuration in the repository is deleted before and after the job. */
export function cleansGitConfig({ runner, settings }: JobContext): boolean {
  return runner.clean_git_config ?? settings.gitStrategy !== 'none'
}

export function hasSubmodules({ settings }: Pick<JobContext, 'settings'>): boolean {
  return settings.submoduleStrategy === 'normal' || settings.submoduleStrategy === 'recursive'
}
