import type { JobContext } from '../job/context.ts'
import { notice } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { removeTree } from './shell-functions.ts'
import { stayInside } from './stay-inside.ts'

/** Shell lines that empty the work tree before sources are tried again; a repository git cannot read goes as a whole. */
export function clearWorktree({ dirs }: JobContext): readonly string[] {
  const project = quote(dirs.project)
  const git = `git --git-dir=.git --work-tree=. -c safe.directory=${quote(dirs.project)}`
  return [
    ...stayInside(dirs),
    removeTree,
    notice('Deleting tracked and untracked files...'),
    `if [ -d ${project} ]; then`,
    `  cd -- ${project}`,
    `  if ${git} rm -rf --ignore-unmatch --quiet . && ${git} clean -ffdx -q; then :; else`,
    '    cd /',
    `    _runner_remove ${project}`,
    '  fi',
    'fi',
  ]
}
