import type { JobContext } from '../job/context.ts'
import { notice, warningLine } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { checkoutCommand, cleanCommand } from './checkout.ts'
import { repositoryIsDamaged } from './damage.ts'
import { hostWarning } from './git-options.ts'
import { indent } from './shell-text.ts'
import { fetchIntoRepository } from './fetch-into-repository.ts'
import { clonesNatively, cloneRepository } from './native-clone.ts'
import { sourcePathsOf } from './paths.ts'
import { preClean } from './pre-clean.ts'
import type { Remote } from './remote.ts'
import { writeConfiguration } from './write-configuration.ts'

/**
 * Shell lines for the strategies clone and fetch (job-execution.md §7.2–7.4), the shell ending in the project
 * directory. A repository that git cannot work with although the server answers is replaced by a fresh one.
 */
export function fetchSources(context: JobContext, remote: Remote): readonly string[] {
  const { settings, dirs } = context
  const project = quote(dirs.project)
  return [
    ...preClean(context),
    ...writeConfiguration(context, remote),
    ...hostWarning(context, remote),
    ...(settings.gitStrategy === 'clone' ? [`_runner_remove ${project}`] : []),
    // Inside a condition errexit is off, so each command of a function says itself that its failure ends it.
    '_runner_get() {',
    ...indent(
      clonesNatively(context) ? cloneRepository(context, remote) : fetchIntoRepository(context, remote),
    ),
    ...indent(settings.gitCheckout ? checkout(context, remote) : []),
    '}',
    `if [ -e ${quote(sourcePathsOf(dirs).git)} ]; then _runner_warm=1; else _runner_warm=; fi`,
    '_runner_refused=',
    'if _runner_get; then :; else',
    '  _runner_status=$?',
    `  if [ -z "$_runner_warm" ] || ! { ${repositoryIsDamaged(context)}; }; then exit 1; fi`,
    `  ${warningLine('The repository an earlier job left is damaged. Starting with a fresh one...')}`,
    `  cd / && _runner_remove ${project} && _runner_get || exit 1`,
    'fi',
    ...(settings.gitCheckout ? cleanCommand(context).map((command) => `${command} || exit 1`) : []),
  ]
}

function checkout(context: JobContext, remote: Remote): readonly string[] {
  const { sha, ref } = context.job.git
  const command = checkoutCommand(context, remote)
  return [
    notice(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is ${ref})...`),
    // An interrupted job may have left half an index; without one, every file is written again.
    `${command} || { [ -e .git/index ] && rm -f .git/index && ${command}; } || return`,
  ]
}
