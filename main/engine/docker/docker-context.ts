import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import type { Endpoint } from './engine-endpoint.ts'

const cliConfig = z.object({ currentContext: z.string().optional() })
const contextMeta = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().default(false) }) }),
})

/** A selected context without files to read, as one leaves behind that was removed. */
export interface MissingContext {
  readonly missing: string
}

/**
 * The engine of the selected `docker context`, as the Docker CLI keeps it below its folder: the context's files are
 * named by the SHA-256 of its name.
 * @returns `undefined` where no context but the default one is selected.
 */
export async function contextEndpoint(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<Endpoint | MissingContext | undefined> {
  const root = env['DOCKER_CONFIG'] || path.join(home, '.docker')
  const name =
    env['DOCKER_CONTEXT'] ||
    cliConfig.safeParse(await readJson(path.join(root, 'config.json'))).data?.currentContext
  if (!name || name === 'default') return undefined

  const key = createHash('sha256').update(name).digest('hex')
  const meta = contextMeta.safeParse(await readJson(path.join(root, 'contexts/meta', key, 'meta.json')))
  if (!meta.success) return { missing: name }
  const { Host, SkipTLSVerify } = meta.data.Endpoints.docker
  const certificates = path.join(root, 'contexts/tls', key, 'docker')
  const folder = existsSync(certificates) ? certificates : undefined
  return {
    url: Host,
    because: say('because-context', { name }),
    ...((folder !== undefined || SkipTLSVerify) && {
      tls: { folder, mayLackFiles: true, trustsAnyone: SkipTLSVerify },
    }),
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
