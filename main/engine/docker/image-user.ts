import { text } from 'node:stream/consumers'

import { extract } from 'tar-stream'

import { allowedUser } from './allowed.ts'
import { DockerError } from './docker-error.ts'
import type { DockerEngine } from './port.ts'
import type { ReadyImage } from './pull-images.ts'
import type { Site } from './site.ts'

const flag = 'FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR'

/**
 * Whether what the helper makes is given to the user of the scripts, with the modes git chose, rather than opened for
 * everybody. Without a word of the flag it is where the image says that user is not root: root may hand its work to
 * anybody, and scripts that do rely on open files.
 */
export function belongsToImageUser(site: Pick<Site, 'context' | 'docker'>, image: ReadyImage): boolean {
  const { job, runner, flags } = site.context
  if (flags.get(flag) === true) return true
  const isSaid =
    Object.hasOwn(runner.feature_flags, flag) ||
    job.variables.some(({ key, value }) => key === flag && value !== '') ||
    runner.environment.some((entry) => entry.startsWith(`${flag}=`))
  if (isSaid) return false
  return !/^(?:root|0)?(?::.*)?$/.test(userOf(site, image))
}

/** Who the scripts run as, as the job, the configuration or the image names them. */
export const userOf = (
  { docker, context: { job, variables } }: Pick<Site, 'context' | 'docker'>,
  { image }: ReadyImage,
): string => allowedUser(docker, variables.expand(job.image?.user ?? '')) || image.user

/**
 * Gives the project to its user. Folders above it stay open, for builds beside the sources are common; where the user
 * is not known, everything does.
 */
export const giveAwayScript = `builds=$1 project=$2 owner=\${3:-}
for path in "$project" "$project.tmp"; do
  if [ ! -e "$path" ]; then continue; fi
  if [ -n "$owner" ]; then chown -RP -- "$owner" "$path"; else chmod -R a+rwX -- "$path"; fi
done
above=\${project%/*}
while [ "\${above#"$builds"/}" != "$above" ]; do chmod 0777 -- "$above"; above=\${above%/*}; done
:`

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Looks a container's user up in its own files, without starting anything.
 * @param user as images and the engine write it: `name`, `7`, `name:group`, `7:7`
 * @returns `undefined` where the container does not know it.
 */
export async function lookUpOwner(
  engine: Pick<DockerEngine, 'readArchive'>,
  container: string,
  user: string,
): Promise<Owner | undefined> {
  const [name = '', group = ''] = user.split(':')
  const account = find(await read(engine, container, '/etc/passwd'), name)
  const uid = number(name) ?? number(account?.[2])
  const gid =
    group === ''
      ? (number(account?.[3]) ?? 0)
      : (number(group) ?? number(find(await read(engine, container, '/etc/group'), group)?.[2]))
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

/** An entry by name, or by number. */
const find = (file: string, name: string) => {
  const entries = file.split('\n').map((line) => line.split(':'))
  return entries.find(([known]) => known === name) ?? entries.find(([, , id]) => id === name)
}

const number = (word: string | undefined) =>
  word !== undefined && /^\d+$/.test(word) ? Number(word) : undefined

/** @returns `''` where there is no such file. */
async function read(
  engine: Pick<DockerEngine, 'readArchive'>,
  container: string,
  file: string,
): Promise<string> {
  try {
    const entries = (await engine.readArchive(container, file)).pipe(extract())
    let content = ''
    for await (const entry of entries) content += await text(entry)
    return content
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return ''
    throw error
  }
}
