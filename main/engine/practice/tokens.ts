import { randomBytes, timingSafeEqual, createHash } from 'node:crypto'

const random = (bytes: number) => randomBytes(bytes).toString('base64url')

/** Tokens with GitLab's prefixes, so that whatever looks for the prefix (masking, short names) finds it. */
export const newToken = {
  /** Made through the API; verified, never registered. */
  runner: () => `glrt-${random(15)}`,
  /** What a registration token is exchanged for. */
  registeredRunner: () => `glrtr-${random(15)}`,
  registration: () => `GR1348941${random(15)}`,
  job: () => `glcbt-64_${random(15)}`,
  personal: () => `glpat-${random(15)}`,
  cursor: () => randomBytes(16).toString('hex'),
  requestId: () => randomBytes(16).toString('hex'),
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compares in a time that does not tell how much was right. */
export const isSameToken = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))
