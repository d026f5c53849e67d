import { createHash } from 'node:crypto'

/** Names one content of config.toml. */
export type Revision = string

export const revisionOf = (text: string): Revision =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)
