import { checkServerIdentity, type PeerCertificate } from 'node:tls'

import type { Logger } from 'pino'
import { Agent, ProxyAgent, type Dispatcher } from 'undici'

import type { Clock } from '../clock.ts'
import type { TlsFiles } from './port.ts'
import { proxyFor, type ProxyEnvironment } from './proxy.ts'
import {
  chainOf,
  fingerprintOf,
  readTlsMaterial,
  secureContextOf,
  systemRoots,
  tlsPathsFor,
  type TlsPaths,
} from './tls-material.ts'

const dialTimeout = 30_000
const tcpKeepAlive = 30_000
const idleTimeout = 90_000
const defaultMaxAge = 15 * 60_000

export interface ConnectionOptions {
  readonly apiUrl: URL
  /** The configuration's `tls-ca-file`, `tls-cert-file` and `tls-key-file`. */
  readonly tls: TlsPaths
  readonly certsDir: string
  readonly env: ProxyEnvironment
  /** PEM of the authorities to trust beside the custom one; default those of the operating system. */
  readonly roots?: () => readonly string[]
  /** Milliseconds after which no new request uses an old connection; 0 = never. Default 15 minutes. */
  readonly maxAge?: number
  readonly clock: Clock
  readonly logger: Logger
}

/** The connections to one server, shared by everything that is sent to it. */
export interface Connections {
  /** What to send a request to `url` through, right now. */
  dispatcherFor(url: URL): Dispatcher
  /** What jobs need to trust the server as we do (coordinator-api.md §13). */
  tlsFiles(): TlsFiles
  /** Lets begun requests finish. */
  close(): Promise<void>
}

/** Opens connections lazily, and afresh when a TLS file has changed or the old ones have reached their age. */
export function createConnections(options: ConnectionOptions): Connections {
  const { apiUrl, tls, certsDir, env, maxAge = defaultMaxAge, roots = systemRoots, clock, logger } = options
  const paths = tlsPathsFor(apiUrl.hostname, tls, certsDir)
  const isSecure = apiUrl.protocol === 'https:'
  let chain: string | undefined
  let current = open()

  function open() {
    const material = readTlsMaterial(paths, tls, logger)
    const makeContext = lazy(() => secureContextOf(material, roots(), logger))
    const secure = () => ({
      timeout: dialTimeout,
      keepAliveInitialDelay: tcpKeepAlive,
      // A resumed session knows no chain, and a job must get the one of a real handshake.
      maxCachedSessions: 0,
      secureContext: makeContext(),
      checkServerIdentity: (hostname: string, certificate: PeerCertificate) => {
        if (hostname === apiUrl.hostname) chain = chainOf(certificate)
        return checkServerIdentity(hostname, certificate)
      },
    })
    const plain = { timeout: dialTimeout, keepAliveInitialDelay: tcpKeepAlive }
    const common = { allowH2: false, keepAliveTimeout: idleTimeout, keepAliveMaxTimeout: idleTimeout }
    const agents = new Map<string, Dispatcher>()

    return {
      material,
      openedAt: clock.monotonic(),
      agentFor(url: URL): Dispatcher {
        const proxy = proxyFor(url, env)
        const key = `${url.protocol} ${proxy ?? ''}`
        let agent = agents.get(key)
        if (!agent) {
          const connect = url.protocol === 'https:' ? secure() : plain
          agent =
            proxy === undefined
              ? new Agent({ ...common, connect })
              : new ProxyAgent({
                  ...common,
                  uri: proxy,
                  connectTimeout: dialTimeout,
                  requestTls: connect,
                  ...(proxy.startsWith('https:') && { proxyTls: secure() }),
                })
          agents.set(key, agent)
        }
        return agent
      },
      async close() {
        await Promise.all([...agents.values()].map((agent) => agent.close()))
      },
    }
  }

  function renew() {
    const retired = current
    current = open()
    retired.close().catch((error: unknown) => logger.debug({ error }, 'Closing old connections failed'))
  }

  return {
    dispatcherFor(url) {
      const isTooOld = maxAge > 0 && clock.monotonic() - current.openedAt > maxAge
      if (isTooOld || fingerprintOf(paths) !== current.material.fingerprint) renew()
      return current.agentFor(url)
    },
    tlsFiles() {
      const { ca, cert, key } = current.material
      const trusted = ca ?? (isSecure ? chain : undefined)
      return {
        ...(trusted !== undefined && { ca: trusted }),
        ...(cert !== undefined && key !== undefined && { cert, key }),
      }
    },
    close: () => current.close(),
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
