import type { JobContext } from '../job/context.ts'
import { quote } from '../script/quote.ts'
import { sourcePathsOf } from './paths.ts'

// git's exit code where it does not understand its command line.
const usageError = 129

/**
 * A condition, asked where sources could not be had: git cannot make a repository of what is there, cannot read it, or
 * the server has everything that was asked for. In all other cases (server away, ref deleted, flags mistyped) nothing
 * is damaged, and the repository is worth keeping.
 */
export function repositoryIsDamaged({ dirs, job }: JobContext): string {
  const git = `git --git-dir=${quote(sourcePathsOf(dirs).git)}`
  const wanted = job.git.refspecs.map((refspec) => refspec.replace(/^\+/, '').split(':')[0] ?? refspec)
  const isThere = wanted.map((ref) => `${git} ls-remote --exit-code origin ${quote(ref)} >/dev/null 2>&1`)
  return [
    '[ -n "$_runner_refused" ]',
    `! ${git} rev-parse --git-dir >/dev/null 2>&1`,
    `{ [ $_runner_status -ne ${usageError} ] && ${isThere.join(' && ')}; }`,
  ].join(' || ')
}
