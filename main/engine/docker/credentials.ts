import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { RegistryCredential } from '../job/job.ts'
import { configurationError } from './configuration-error.ts'
import { HelperPathRefused, type RunHelper, readDockerAuth } from './docker-auth.ts'
import type { RegistryAuth } from './port.ts'
import { registryKey, registryKeysOf } from './registry-name.ts'

export interface Credentials {
  /** `undefined` = pull as nobody. */
  forImage(image: string): Promise<KnownCredentials | undefined>
}

export interface KnownCredentials {
  readonly auth: RegistryAuth
  /** For the log. */
  readonly source: string
  /** Those of the machine are every project's; those of a job need not be. */
  readonly whose: 'job' | 'machine'
}

interface Sources {
  /** Content of `DOCKER_AUTH_CONFIG`. */
  readonly authConfig: string
  readonly home: string
  readonly jobCredentials: readonly RegistryCredential[]
  readonly runHelper: RunHelper
  readonly warn: (text: string) => Promise<void>
}

type Known = ReadonlyMap<string, KnownCredentials>

/** Credentials of a job, gathered when the first image is pulled (docker-executor.md §6.1). */
export function createCredentials(sources: Sources): Credentials {
  let gathered: Promise<Known> | undefined
  return {
    forImage: async (image) => {
      const known = await (gathered ??= gather(sources))
      for (const key of registryKeysOf(image)) {
        const found = known.get(key)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/** All sources in one map; the first entry for a registry wins. */
async function gather({ authConfig, home, jobCredentials, runHelper, warn }: Sources): Promise<Known> {
  const known = new Map<string, KnownCredentials>()
  type Origin = Pick<KnownCredentials, 'source' | 'whose'>
  const add = (origin: Origin, auths: Iterable<readonly [string, RegistryAuth]>) => {
    for (const [server, auth] of [...auths].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const key = registryKey(server)
      if (!known.has(key)) known.set(key, { auth, ...origin })
    }
  }
  const addDocument = async (origin: Origin, json: string) => {
    const { source } = origin
    try {
      add(origin, await readDockerAuth(json, runHelper))
    } catch (error) {
      if (error instanceof HelperPathRefused)
        throw configurationError(say('helper-path', { source, helper: error.helper }), error)
      // The document holds secrets: its parser's words may quote it.
      await warn(
        say('credentials-ignored', {
          source,
          why: error instanceof SyntaxError ? say('not-json') : reasonOf(error),
        }),
      )
    }
  }

  if (authConfig !== '') await addDocument({ source: '$DOCKER_AUTH_CONFIG', whose: 'job' }, authConfig)
  const file = await firstReadable([path.join(home, '.docker/config.json'), path.join(home, '.dockercfg')])
  if (file !== undefined) await addDocument({ source: file.path, whose: 'machine' }, file.content)
  add(
    { source: 'job payload (GitLab Registry)', whose: 'job' },
    jobCredentials.map(({ url, username, password }) => [url, { username, password, serveraddress: url }]),
  )
  return known
}

const reasonOf = (error: unknown) =>
  error instanceof Error && error.name !== 'ZodError' ? error.message : 'it is not a Docker configuration'

async function firstReadable(paths: readonly string[]) {
  for (const one of paths) {
    try {
      return { path: one, content: await readFile(one, 'utf8') }
    } catch {
      // Not there, or not ours to read: the next one may be.
    }
  }
  return undefined
}
