import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import {
  createSecureContext,
  getCACertificates,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls'

import type { Logger } from 'pino'

/** Where a server's TLS files lie; an empty path means the file of the certs directory (coordinator-api.md §13). */
export interface TlsPaths {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Texts of the files that could be read, and what tells whether any of them has changed since. */
export interface TlsMaterial {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly fingerprint: string
}

/** `<certsDir>/<host>.crt`, `.auth.crt` and `.auth.key` where the configuration names no file. */
export function tlsPathsFor(hostname: string, configured: TlsPaths, certsDir: string): TlsPaths {
  const inCertsDir = (suffix: string) => path.join(certsDir, `${hostname}${suffix}`)
  return {
    ca: configured.ca || inCertsDir('.crt'),
    cert: configured.cert || inCertsDir('.auth.crt'),
    key: configured.key || inCertsDir('.auth.key'),
  }
}

/** Changes whenever one of the files appears, vanishes or is written. */
export function fingerprintOf(paths: TlsPaths): string {
  return [paths.ca, paths.cert, paths.key]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat ? `${stat.mtimeMs}/${stat.size}` : '-'
    })
    .join(' ')
}

/**
 * Reads the files. One that cannot be read counts as none; that is logged, unless it is merely not in the certs
 * directory.
 */
export function readTlsMaterial(paths: TlsPaths, configured: TlsPaths, logger: Logger): TlsMaterial {
  const wanted = Object.values(configured) as readonly string[]
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
      if (!isMissing || wanted.includes(file)) logger.error({ file, code }, 'Cannot read the TLS file')
      return undefined
    }
  }
  // Taken before reading: a write in between is noticed by the next look.
  const fingerprint = fingerprintOf(paths)
  return { ca: read(paths.ca), cert: read(paths.cert), key: read(paths.key), fingerprint }
}

/** The roots plus the custom CA; the client pair only when both halves load. */
export function secureContextOf(
  { ca, cert, key }: TlsMaterial,
  roots: readonly string[],
  logger: Logger,
): SecureContext {
  const trusted = [...roots, ...(ca === undefined ? [] : [ca])]
  if (cert !== undefined && key !== undefined) {
    try {
      return createSecureContext({ ca: trusted, cert, key, minVersion: 'TLSv1.2' })
    } catch (error) {
      logger.error({ problem: (error as Error).message }, 'Cannot use the TLS client certificate and key')
    }
  }
  return createSecureContext({ ca: trusted, minVersion: 'TLSv1.2' })
}

/** What the operating system trusts; Node's own list where it has none, as in a slim container. */
export function systemRoots(): readonly string[] {
  const system = getCACertificates('system')
  return [...(system.length > 0 ? system : getCACertificates('bundled')), ...getCACertificates('extra')]
}

/** PEM of a verified chain, leaf first, root last, each certificate once. */
export function chainOf(leaf: PeerCertificate): string {
  const seen = new Map<string, string>()
  // Node hands out the detailed kind, but declares the plain one.
  let certificate: DetailedPeerCertificate | undefined = leaf as DetailedPeerCertificate
  while (certificate?.raw && !seen.has(certificate.fingerprint256)) {
    const lines = certificate.raw.toString('base64').match(/.{1,64}/g) ?? []
    const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n')
    seen.set(certificate.fingerprint256, pem)
    certificate = certificate.issuerCertificate
  }
  return [...seen.values()].join('\n')
}
