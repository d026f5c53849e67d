import type { RenewalTrouble } from '../../contract/status.ts'
import { Changes } from '../changes.ts'

/** Tokens that could not be renewed by themselves lately, and why. */
export class RenewalTroubles {
  readonly #troubles = new Map<string, RenewalTrouble>()
  readonly #changes = new Changes<'troubles', 'troubles'>()

  of(token: string): RenewalTrouble | undefined {
    return this.#troubles.get(token)
  }

  put(token: string, trouble: RenewalTrouble): void {
    this.#troubles.set(token, trouble)
    this.#changes.publish('troubles', 'troubles')
  }

  end(token: string): void {
    if (this.#troubles.delete(token)) this.#changes.publish('troubles', 'troubles')
  }

  watch(signal: AbortSignal): AsyncIterable<unknown> {
    return this.#changes.watch(signal)
  }
}
