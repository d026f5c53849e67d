import { existsSync } from 'node:fs'
import path from 'node:path'

import { listContexts, selectedContext } from './docker-context.ts'
import { isTrue, type EndpointSettings, type Surroundings } from './endpoint.ts'

/** An engine that Docker's own settings name, in the words config.toml has for it. */
export interface KnownEngine {
  readonly settings: Required<EndpointSettings>
  /** The context it is of; absent: of `DOCKER_HOST`. */
  readonly context?: string
  /** It is the one that is found where nobody says which. */
  readonly isChosen: boolean
}

/**
 * Contexts that config.toml cannot express are left out: those that trust any certificate or bring some of the three
 * files only. Of `DOCKER_HOST` the certificates are those of `DOCKER_CERT_PATH`.
 */
export async function knownEngines({ env, home }: Surroundings): Promise<readonly KnownEngine[]> {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH = '' } = env
  const selected = await selectedContext(env, home)
  const contexts = (await listContexts(env, home)).flatMap(
    ({ name, host, certificates, trustsAnyone }): readonly KnownEngine[] => {
      if (host === '' || trustsAnyone || (certificates !== undefined && !isWhole(certificates))) return []
      return [
        {
          settings: {
            host,
            tls_verify: certificates !== undefined,
            tls_cert_path: certificates ?? '',
          },
          context: name,
          isChosen: !DOCKER_HOST && name === selected,
        },
      ]
    },
  )
  if (!DOCKER_HOST) return contexts
  const tls_verify = isTrue(DOCKER_TLS_VERIFY)
  const settings = { host: DOCKER_HOST, tls_verify, tls_cert_path: tls_verify ? DOCKER_CERT_PATH : '' }
  return [{ settings, isChosen: true }, ...contexts]
}

const isWhole = (folder: string) =>
  ['ca.pem', 'cert.pem', 'key.pem'].every((name) => existsSync(path.join(folder, name)))
