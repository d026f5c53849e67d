import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import type { Endpoint } from './engine-endpoint.ts'

const cliConfig = z.object({ currentContext: z.string().optional() })
const contextMeta = z.object({
  Name: z.string().optional(),
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().default(false) }) }),
})

/** A selected context without files to read, as one leaves behind that was removed. */
export interface MissingContext {
  readonly missing: string
}

export interface DockerContext {
  readonly name: string
  readonly host: string
  /** Folder with some of `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certificates: string | undefined
  /** The engine's certificate is not verified. */
  readonly trustsAnyone: boolean
}

type Env = Readonly<Record<string, string | undefined>>

const rootOf = (env: Env, home: string) => env['DOCKER_CONFIG'] || path.join(home, '.docker')

/** @returns `undefined` where no context but the default one is selected. */
export async function selectedContext(env: Env, home: string): Promise<string | undefined> {
  const config = cliConfig.safeParse(await readJson(path.join(rootOf(env, home), 'config.json')))
  const name = env['DOCKER_CONTEXT'] || config.data?.currentContext
  return !name || name === 'default' ? undefined : name
}

/** Every context the Docker CLI keeps below its folder, by name. */
export async function listContexts(env: Env, home: string): Promise<readonly DockerContext[]> {
  const root = rootOf(env, home)
  const keys = await readdir(path.join(root, 'contexts/meta')).catch(() => [] as string[])
  const contexts = await Promise.all(keys.map((key) => readContext(root, key)))
  return contexts
    .filter((context) => context !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/**
 * The engine of the selected `docker context`: the context's files are named by the SHA-256 of its name.
 * @returns `undefined` where no context but the default one is selected.
 */
export async function contextEndpoint(
  env: Env,
  home: string,
): Promise<Endpoint | MissingContext | undefined> {
  const name = await selectedContext(env, home)
  if (name === undefined) return undefined
  const found = await readContext(rootOf(env, home), createHash('sha256').update(name).digest('hex'), name)
  if (found === undefined) return { missing: name }
  const { host, certificates, trustsAnyone } = found
  return {
    url: host,
    because: say('because-context', { name }),
    ...((certificates !== undefined || trustsAnyone) && {
      tls: { folder: certificates, mayLackFiles: true, trustsAnyone },
    }),
  }
}

async function readContext(root: string, key: string, known = ''): Promise<DockerContext | undefined> {
  const meta = contextMeta.safeParse(await readJson(path.join(root, 'contexts/meta', key, 'meta.json')))
  if (!meta.success) return undefined
  const { Name = known, Endpoints } = meta.data
  const certificates = path.join(root, 'contexts/tls', key, 'docker')
  return {
    name: Name,
    host: Endpoints.docker.Host,
    certificates: existsSync(certificates) ? certificates : undefined,
    trustsAnyone: Endpoints.docker.SkipTLSVerify,
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
