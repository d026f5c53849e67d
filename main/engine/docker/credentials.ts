import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { RegistryCredential } from '../job/job.ts'
import { configurationError } from './configuration-error.ts'
import { HelperPathRefused, type RunHelper, readDockerAuth } from './docker-auth.ts'
import type { RegistryAuth } from './port.ts'
import { registryKey, registryKeysOf } from './registry-name.ts'

export interface Credentials {
  /** `undefined` = pull as nobody. `source` is for the log. */
  forImage(image: string): Promise<{ readonly auth: RegistryAuth; readonly source: string } | undefined>
}

interface Sources {
  /** Content of `DOCKER_AUTH_CONFIG`. */
  readonly authConfig: string
  readonly home: string
  readonly jobCredentials: readonly RegistryCredential[]
  readonly runHelper: RunHelper
  readonly warn: (text: string) => Promise<void>
}

type Known = ReadonlyMap<string, { readonly auth: RegistryAuth; readonly source: string }>

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
  const known = new Map<string, { readonly auth: RegistryAuth; readonly source: string }>()
  const add = (source: string, auths: Iterable<readonly [string, RegistryAuth]>) => {
    for (const [server, auth] of [...auths].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const key = registryKey(server)
      if (!known.has(key)) known.set(key, { auth, source })
    }
  }
  const addDocument = async (source: string, json: string) => {
    try {
      add(source, await readDockerAuth(json, runHelper))
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

  if (authConfig !== '') await addDocument('$DOCKER_AUTH_CONFIG', authConfig)
  const file = await firstReadable([path.join(home, '.docker/config.json'), path.join(home, '.dockercfg')])
  if (file !== undefined) await addDocument(file.path, file.content)
  add(
    'job payload (GitLab Registry)',
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
