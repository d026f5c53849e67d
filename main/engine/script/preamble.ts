import type { JobContext } from '../job/context.ts'
import { pathOfFileVariable, type Variables } from '../variables/variables.ts'
import { quote } from './quote.ts'

type Place = Pick<JobContext, 'dirs' | 'flags'>

/** Shell lines that export every variable, writing file variables, and what earlier stages left in GITLAB_ENV (job-execution.md §5.3). */
export function exportVariables({ dirs, flags }: Place, variables: Variables): readonly string[] {
  const gitlabEnv = quote(gitlabEnvOf(dirs.tmp))
  return [
    makeDirectory(dirs.tmp),
    ...variables.list.flatMap(({ key, value, file }) =>
      file ? writeFileVariable(dirs.tmp, key, value) : exportOf(key, value),
    ),
    `export GITLAB_ENV=${gitlabEnv}`,
    `if ! [ -e ${gitlabEnv} ]; then : > ${gitlabEnv}; fi`,
    `while read -r _runner_line; do export "$_runner_line"; done < ${gitlabEnv}`,
    ...(flags.get('FF_GIT_URLS_WITHOUT_TOKENS') === true
      ? [`export GIT_CONFIG_GLOBAL=${quote(globalGitConfigOf(dirs.tmp))}`]
      : []),
  ]
}

/** The same without writing anything: the cleanup stage deletes what others wrote. */
export function exportVariablesOnly({ dirs }: Place, variables: Variables): readonly string[] {
  return variables.list.flatMap(({ key, value, file }) =>
    exportOf(key, file ? pathOfFileVariable(dirs.tmp, key) : value),
  )
}

/** Where a stage leaves `KEY=VALUE` lines for the stages after it. */
export function gitlabEnvOf(tmp: string): string {
  return `${tmp}/gitlab_runner_env`
}

/** git's global configuration with `FF_GIT_URLS_WITHOUT_TOKENS`. */
export function globalGitConfigOf(tmp: string): string {
  return `${tmp}/.glr.gconf`
}

/** A program is started only where the directory is missing. */
export function makeDirectory(path: string): string {
  return `[ -d ${quote(path)} ] || mkdir -p -- ${quote(path)}`
}

function writeFileVariable(tmp: string, key: string, content: string): readonly string[] {
  const path = pathOfFileVariable(tmp, key)
  return [`printf '%s' ${quote(content)} > ${quote(path)}`, ...exportOf(key, path)]
}

/** A name that is no shell identifier stays in the container's environment, where `export` would end the script. */
function exportOf(key: string, value: string): readonly string[] {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? [`export ${key}=${quote(value)}`] : []
}
