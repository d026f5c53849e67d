/** Where an engine may be, and why we look there. */
export interface Endpoint {
  /** `scheme://address`. */
  readonly url: string
  /** Continues "because …". */
  readonly because: string
  /** `undefined` = plain. */
  readonly tls?: TlsSource | undefined
}

/** Folder with `ca.pem`, `cert.pem` and `key.pem`; `undefined` = the system's roots and no client certificate. */
export interface TlsSource {
  readonly folder: string | undefined
  /** Without `ca.pem` the system's roots count, without `cert.pem` and `key.pem` no certificate is shown. */
  readonly mayLackFiles?: boolean
  /** The engine's certificate is not verified. */
  readonly trustsAnyone?: boolean
}
