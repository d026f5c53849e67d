import { say } from '../../contract/sentences/say.ts'
import type { TokenPlace } from '../../contract/runner-file.ts'
import { ApiError } from '../../contract/table.ts'

/** Where the system keeps secrets. With `plain` whoever reads the user's files reads them. */
export interface SecretPlace {
  protection(): Promise<TokenPlace | 'none'>
  keep(name: string, secret: string, acceptsPlain: boolean): Promise<void>
  recall(name: string): Promise<string | undefined>
  forget(name: string): Promise<void>
}

/**
 * Tokens of people, by server. They are held for as long as the program runs, and written nowhere unless somebody had
 * one remembered.
 * @param place absent where the system offers none, as to a service without a desktop.
 */
export class AccessTokens {
  readonly #held = new Map<string, string>()
  readonly #remembered = new Set<string>()
  readonly #place: SecretPlace | undefined

  constructor(place?: SecretPlace) {
    this.#place = place
  }

  hold(url: string, token: string): void {
    this.#held.set(serverOf(url), token)
    this.#remembered.delete(serverOf(url))
  }

  async of(url: string): Promise<string | undefined> {
    const server = serverOf(url)
    const held = this.#held.get(server)
    if (held !== undefined) return held
    const kept = await this.#place?.recall(nameOf(server))
    if (kept === undefined) return undefined
    this.#held.set(server, kept)
    this.#remembered.add(server)
    return kept
  }

  isRemembered(url: string): boolean {
    return this.#remembered.has(serverOf(url))
  }

  /** Where a token could be remembered; undefined where it cannot. */
  async offers(): Promise<TokenPlace | undefined> {
    const how = (await this.#place?.protection()) ?? 'none'
    return how === 'none' ? undefined : how
  }

  /** Whoever asks for it has been told where it will lie. */
  async remember(url: string): Promise<void> {
    const server = serverOf(url)
    const token = this.#held.get(server)
    if (token === undefined || this.#place === undefined) return
    try {
      await this.#place.keep(nameOf(server), token, true)
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
      throw new ApiError('unavailable', say('token-not-stored', { why }), { cause: error })
    }
    this.#remembered.add(server)
  }

  async forget(url: string): Promise<void> {
    const server = serverOf(url)
    this.#held.delete(server)
    this.#remembered.delete(server)
    await this.#place?.forget(nameOf(server))
  }
}

/** A slash at the end is no other server. */
const serverOf = (url: string) => url.trim().replace(/\/+$/, '')

const nameOf = (server: string) => `personal access token of ${server}`
