import { say } from '../../contract/sentences/say.ts'
import type { JobContext } from '../job/context.ts'
import { JobFailure } from '../job/outcome.ts'
import { runCommands } from '../script/commands.ts'
import { notice } from '../script/echo.ts'
import { frame } from '../script/frame.ts'
import { exportVariables, globalGitConfigOf, makeDirectory } from '../script/preamble.ts'
import { quote } from '../script/quote.ts'
import { pullLfsFiles } from './checkout.ts'
import { fetchSources } from './fetch-sources.ts'
import { gitConfigText } from './git-config.ts'
import { credentialHelper, globalSettings } from './git-settings.ts'
import { sourcePathsOf } from './paths.ts'
import { hasSubmodules } from './pre-clean.ts'
import { rejectCredentials } from './reject-credentials.ts'
import { remoteOf, type Remote } from './remote.ts'
import { removeTree } from './shell-functions.ts'
import { writeFile } from './shell-text.ts'
import { stayInside } from './stay-inside.ts'
import { updateSubmodules } from './submodules.ts'

/**
 * The stage that brings a job its sources (job-execution.md §7.1). Whatever git says, a failure of it is exit code 1.
 * @throws JobFailure where the settings cannot be followed: an unknown submodule strategy, a bare `:(exclude)`.
 */
export function getSourcesScript(context: JobContext): string {
  const remote = remoteOf(context)
  const { gitStrategy } = context.settings
  const usesGit = gitStrategy === 'clone' || gitStrategy === 'fetch'
  refuseSubmoduleSettings(context, usesGit)
  return frame(context, [
    ...stayInside(context.dirs),
    removeTree,
    ...exportVariables(context, context.variables),
    'export GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=Never',
    ...writeGlobalConfig(context, remote),
    ...(usesGit ? getWithGit(context, remote) : getWithoutGit(context, remote)),
    ...rejectCredentials(remote),
  ])
}

function getWithGit(context: JobContext, remote: Remote): readonly string[] {
  const { settings } = context
  return [
    ...hook(context, 'pre_get_sources_script'),
    ...(settings.lfsSkipSmudge ? [] : ['export GIT_LFS_SKIP_SMUDGE=1']),
    ...fetchSources(context, remote),
    ...(settings.gitCheckout ? pullLfsFiles(context) : [notice('Skipping Git checkout')]),
    ...(hasSubmodules(context) ? updateSubmodules(context) : [notice('Skipping Git submodules setup')]),
    ...hook(context, 'post_get_sources_script'),
  ]
}

function getWithoutGit(context: JobContext, remote: Remote): readonly string[] {
  const project = quote(context.dirs.project)
  const helper = credentialHelper(context, remote)
  return [
    ...(helper.length > 0 ? [writeFile(sourcePathsOf(context.dirs).external, gitConfigText(helper))] : []),
    ...(context.settings.gitStrategy === 'none'
      ? [notice('Skipping Git repository setup'), makeDirectory(context.dirs.project)]
      : [
          notice('Skipping Git repository setup and creating an empty build directory'),
          `_runner_remove ${project}`,
          makeDirectory(context.dirs.project),
        ]),
    notice('Skipping Git checkout'),
    notice('Skipping Git submodules setup'),
  ]
}

/**
 * git's global configuration for TLS files and the trusted work tree. It is appended to, not set through git: a
 * container's home is as short-lived as the job, and the last of several equal entries counts.
 */
function writeGlobalConfig(context: JobContext, remote: Remote): readonly string[] {
  const text = gitConfigText(globalSettings(context, remote))
  return [
    ...(context.flags.get('FF_GIT_URLS_WITHOUT_TOKENS') === true ? seedGlobalConfig(context) : []),
    ...(text === '' ? [] : [`printf '%s' ${quote(text)} >> "\${GIT_CONFIG_GLOBAL:-$HOME/.gitconfig}"`]),
  ]
}

/** A global configuration of the job's own, which takes in the user's where it can be read (job-execution.md §7.5). */
function seedGlobalConfig({ dirs }: JobContext): readonly string[] {
  const path = quote(globalGitConfigOf(dirs.tmp))
  const external = gitConfigText([{ section: 'include', key: 'path', value: sourcePathsOf(dirs).external }])
  return [
    `: > ${path}`,
    'for _runner_config in "$HOME/.gitconfig" "$HOME/.config/git/config"; do',
    `  if [ -r "$_runner_config" ]; then printf '[include]\\n\\tpath = "%s"\\n' "$_runner_config" >> ${path}; fi`,
    'done',
    `printf '%s' ${quote(external)} >> ${path}`,
  ]
}

/** The configuration's script surrounds the job's: first before git, last after it (config-toml.md §3.3). */
function hook(
  context: JobContext,
  name: 'pre_get_sources_script' | 'post_get_sources_script',
): readonly string[] {
  const { runner, job } = context
  const configured = runner[name] === '' ? [] : [runner[name]]
  const sent = job.hooks.find((hook) => hook.name === name)?.script ?? []
  return name === 'pre_get_sources_script'
    ? runCommands(context, 'pre_clone_script', [...configured, ...sent])
    : runCommands(context, 'post_clone_script', [...sent, ...configured])
}

function refuseSubmoduleSettings({ settings }: JobContext, usesGit: boolean): void {
  if (!usesGit) return
  if (settings.submoduleStrategy === 'invalid') {
    throw new JobFailure('runner_system_failure', say('submodule-strategy'))
  }
  if (settings.submoduleStrategy !== 'none' && settings.submodulePaths.includes(':(exclude)')) {
    const paths = settings.submodulePaths.map((path) => JSON.stringify(path)).join(' ')
    throw new JobFailure('runner_system_failure', say('submodule-paths', { paths }))
  }
}
