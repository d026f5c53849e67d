import type { JobContext } from '../job/context.ts'
import { notice, warningLine } from '../script/echo.ts'
import { makeDirectory } from '../script/preamble.ts'
import { quote } from '../script/quote.ts'
import { checkoutCommand, cleanCommand } from './checkout.ts'
import { gitConfigText } from './git-config.ts'
import { hostOption, userAgentOption } from './git-options.ts'
import { externalSettings, templateSettings } from './git-settings.ts'
import { sourcePathsOf } from './paths.ts'
import { preClean } from './pre-clean.ts'
import type { Remote } from './remote.ts'

/**
 * Shell lines for the strategies clone and fetch (job-execution.md §7.2–7.4), the shell ending in the project
 * directory. A repository that git cannot work with although the server answers is replaced by a fresh one.
 */
export function fetchSources(context: JobContext, remote: Remote): readonly string[] {
  const { settings, dirs, job } = context
  const { git } = sourcePathsOf(dirs)
  const project = quote(dirs.project)
  const isClone = settings.gitStrategy === 'clone'
  return [
    ...preClean(context),
    ...writeConfiguration(context, remote),
    ...(isClone ? [`_runner_remove ${project}`] : []),
    `_runner_fetch() {`,
    ...indent(
      isClone && context.flags.get('FF_USE_GIT_NATIVE_CLONE') === true
        ? cloneOrFetch(context, remote)
        : fetch(context, remote),
    ),
    '}',
    '_runner_get() {',
    '  _runner_fetch || return 1',
    ...(settings.gitCheckout
      ? [
          `  ${notice(`Checking out ${job.git.sha.slice(0, 8)} as detached HEAD (ref is ${job.git.ref})...`)}`,
          // An interrupted job may have left half an index; without one, every file is written again.
          `  ${checkoutCommand(context, remote)} || { [ -e .git/index ] && rm -f .git/index && ${checkoutCommand(context, remote)}; } || return 1`,
          ...cleanCommand(context).map((command) => `  ${command} || return 1`),
        ]
      : []),
    '}',
    `if [ -e ${quote(git)} ]; then _runner_warm=1; else _runner_warm=; fi`,
    'if ! _runner_get; then',
    `  if [ -z "$_runner_warm" ] || ! { ${isDamaged(context)}; }; then exit 1; fi`,
    `  ${warningLine('The repository an earlier job left is damaged. Starting with a fresh one...')}`,
    `  cd / && _runner_remove ${project} && _runner_get || exit 1`,
    'fi',
  ]
}

/** The files git reads its settings from: written directly, each of them is a process of git less. */
function writeConfiguration(context: JobContext, remote: Remote): readonly string[] {
  const { flags, correlationId } = context
  const { template, external } = sourcePathsOf(context.dirs)
  const withRemote =
    context.flags.get('FF_USE_GIT_NATIVE_CLONE') !== true || context.settings.gitStrategy !== 'clone'
  return [
    makeDirectory(template),
    write(`${template}/config`, gitConfigText(templateSettings(context, withRemote ? remote : undefined))),
    ...(flags.get('FF_USE_GITALY_CORRELATION_ID') === true && correlationId !== ''
      ? [notice(`Gitaly correlation ID: ${correlationId}`)]
      : []),
    write(external, gitConfigText(externalSettings(context, remote))),
    `export GLR_EXT_GIT_CONFIG_PATH=${quote(external)}`,
  ]
}

function fetch(context: JobContext, remote: Remote): readonly string[] {
  const { job, dirs, settings } = context
  const { git, template, external } = sourcePathsOf(dirs)
  const format = job.git.objectFormat === 'sha1' ? '' : ` --object-format ${job.git.objectFormat}`
  const command = [
    `git ${[userAgentOption, ...hostOption(context, remote)].join(' ')} fetch origin --no-recurse-submodules`,
    ...job.git.refspecs.map(quote),
    ...(job.git.depth > 0 ? [`--depth ${job.git.depth}`] : []),
    ...settings.gitFetchExtraFlags.map(quote),
  ].join(' ')
  return [
    notice(
      job.git.depth > 0
        ? `Fetching changes with git depth set to ${job.git.depth}...`
        : 'Fetching changes...',
    ),
    `if [ -f ${quote(`${git}/config`)} ]; then _runner_kept=1; else _runner_kept=; fi`,
    `git init ${quote(dirs.project)} --template ${quote(template)}${format} || return 1`,
    `cd -- ${quote(dirs.project)} || return 1`,
    // A new configuration came from the template, the remote in it; one that was kept may say anything.
    'if [ -z "$_runner_kept" ]; then',
    `  ${notice('Created fresh repository.')}`,
    'else',
    `  git remote add origin ${quote(remote.url)} 2>/dev/null || git remote set-url origin ${quote(remote.url)} || return 1`,
    `  git config --replace-all include.path ${quote(external)} || return 1`,
    'fi',
    ...(job.git.depth > 0
      ? [`${command} || return 1`]
      : [
          'if [ -f .git/shallow ]; then',
          `  ${command} --unshallow || return 1`,
          'else',
          `  ${command} || return 1`,
          'fi',
        ]),
  ]
}

/** `FF_USE_GIT_NATIVE_CLONE`: one git clone where git can do it, from 2.49 on. */
function cloneOrFetch(context: JobContext, remote: Remote): readonly string[] {
  const { job, dirs, settings } = context
  const { ref, depth } = job.git
  const { template } = sourcePathsOf(dirs)
  const withDepth = depth > 0 ? ` with git depth set to ${depth}` : ''
  const what = ref === '' ? 'Cloning repository...' : `Cloning repository for ${ref}${withDepth}...`
  const clone = [
    `git ${[userAgentOption, ...hostOption(context, remote)].join(' ')} clone --no-checkout`,
    quote(remote.url),
    quote(dirs.project),
    `--template ${quote(template)}`,
    ...(depth > 0 ? [`--depth ${depth}`] : []),
    ...(ref === '' ? [] : [`${ref.startsWith('refs/') ? '--revision' : '--branch'} ${quote(ref)}`]),
    ...settings.gitCloneExtraFlags.map(quote),
  ].join(' ')
  return [
    '_runner_git=$(git version); _runner_git=${_runner_git#git version }',
    '_runner_major=${_runner_git%%.*}; _runner_minor=${_runner_git#*.}; _runner_minor=${_runner_minor%%.*}',
    'if [ "$_runner_major" -gt 2 ] || { [ "$_runner_major" -eq 2 ] && [ "$_runner_minor" -ge 49 ]; }; then',
    `  printf '\\033[0;m%s\\n' 'Git version at least "2.49"'`,
    `  ${notice(what)}`,
    `  ${clone} || return 1`,
    `  cd -- ${quote(dirs.project)} || return 1`,
    'else',
    ...indent([
      write(`${template}/config`, gitConfigText(templateSettings(context, remote))),
      ...fetch(context, remote),
    ]),
    'fi',
  ]
}

/**
 * A condition: git cannot read the repository, or the server has what was asked for and yet it could not be had. With
 * the server away nothing is damaged, and the repository is worth keeping.
 */
function isDamaged({ dirs, job }: JobContext): string {
  const git = `git --git-dir=${quote(sourcePathsOf(dirs).git)}`
  const wanted = (job.git.refspecs[0] ?? 'HEAD').replace(/^\+/, '').split(':')[0] ?? 'HEAD'
  return `! ${git} rev-parse --git-dir >/dev/null 2>&1 || ${git} ls-remote --exit-code origin ${quote(wanted)} >/dev/null 2>&1`
}

function write(path: string, text: string): string {
  return `printf '%s' ${quote(text)} > ${quote(path)}`
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
