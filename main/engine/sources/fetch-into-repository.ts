import type { JobContext } from '../job/context.ts'
import { notice } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { hostOption, userAgentOption } from './git-options.ts'
import { sourcePathsOf } from './paths.ts'
import type { Remote } from './remote.ts'
import { seedMark, seedRefs } from './seed-script.ts'
import { indent } from './shell-text.ts'

/**
 * Lines of a shell function that makes or keeps a repository and fetches into it (job-execution.md §7.4); it returns
 * git's status.
 */
export function fetchIntoRepository(context: JobContext, remote: Remote): readonly string[] {
  const { job, dirs } = context
  const { git, template, external } = sourcePathsOf(dirs)
  const { depth, objectFormat } = job.git
  const format = objectFormat === 'sha1' ? '' : ` --object-format ${objectFormat}`
  const fetch = fetchCommand(context, remote)
  const url = quote(remote.url)
  return [
    notice(depth > 0 ? `Fetching changes with git depth set to ${depth}...` : 'Fetching changes...'),
    `if [ -f ${quote(`${git}/config`)} ]; then _runner_kept=1; else _runner_kept=; fi`,
    `git init ${quote(dirs.project)} --template ${quote(template)}${format} || { _runner_refused=1; return 1; }`,
    `cd -- ${quote(dirs.project)} || return`,
    // A new configuration came from the template, the remote in it; one that was kept may say anything.
    'if [ -z "$_runner_kept" ]; then',
    `  ${notice('Created fresh repository.')}`,
    'else',
    `  git remote add origin ${url} 2>/dev/null || git remote set-url origin ${url} || return`,
    `  git config --replace-all include.path ${quote(external)} || return`,
    'fi',
    ...(depth > 0
      ? [`${fetch} || return`]
      : [
          'if [ -f .git/shallow ]; then',
          ...indent([`${fetch} --unshallow || return`]),
          'else',
          ...indent([`${fetch} || return`]),
          'fi',
        ]),
    ...forgetSeed(git),
  ]
}

/** Refs of the slot a new one was made from have told the server what is there; a fresh repository has none of them. */
function forgetSeed(git: string): readonly string[] {
  const mark = quote(`${git}/${seedMark}`)
  const deletions = `git for-each-ref --format='delete %(refname)' ${seedRefs}`
  return [`if [ -f ${mark} ]; then ${deletions} | git update-ref --stdin && rm -f -- ${mark} || return; fi`]
}

/** Extra flags come last, so that they can override the depth. */
function fetchCommand(context: JobContext, remote: Remote): string {
  const { job, settings } = context
  return [
    'git',
    userAgentOption,
    ...hostOption(context, remote),
    'fetch origin --no-recurse-submodules',
    ...job.git.refspecs.map(quote),
    ...(job.git.depth > 0 ? [`--depth ${job.git.depth}`] : []),
    ...settings.gitFetchExtraFlags.map(quote),
  ].join(' ')
}
