import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { setupDraftSchema, type SavedRunner, type SetupDraft, type TokenCheck } from '../../contract/setup.ts'
import { Changes } from '../changes.ts'
import { replaceFile } from '../config/replace-file.ts'

/** A token somebody gave; it is for one server and never written anywhere. */
export interface HeldToken {
  readonly url: string
  readonly token: string
  readonly says: TokenCheck
}

/** Where the wizard stands. Answers outlive the program, secrets do not. */
export class SetupMemory {
  readonly #file: string
  readonly #changes = new Changes<'setup', 'setup'>()
  #draft: SetupDraft | undefined
  #held: HeldToken | undefined
  #saved: SavedRunner | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(root: string) {
    this.#file = join(root, 'setup.json')
    this.#draft = readDraft(this.#file)
  }

  get draft(): SetupDraft | undefined {
    return this.#draft
  }

  get saved(): SavedRunner | undefined {
    return this.#saved
  }

  /** The token held for this server. */
  held(url: string): HeldToken | undefined {
    return this.#held?.url === url ? this.#held : undefined
  }

  /** Resolves when the answers are on the disk. */
  async keep(draft: SetupDraft): Promise<void> {
    this.#draft = draft
    this.#saved = undefined
    this.changed()
    await this.#write(() => replaceFile(this.#file, `${JSON.stringify(draft)}\n`))
  }

  hold(held: HeldToken): void {
    this.#held = held
    this.changed()
  }

  /** The runner stands in the file: nothing is left to ask. */
  async finish(saved: SavedRunner): Promise<void> {
    this.#saved = saved
    await this.#forget()
  }

  async leave(): Promise<void> {
    this.#saved = undefined
    await this.#forget()
  }

  changed(): void {
    this.#changes.publish('setup', 'setup')
  }

  watch(signal: AbortSignal): AsyncIterable<'setup'> {
    return this.#changes.watch(signal)
  }

  async #forget(): Promise<void> {
    this.#draft = undefined
    this.#held = undefined
    this.changed()
    await this.#write(() => rm(this.#file, { force: true }))
  }

  #write(task: () => Promise<void>): Promise<void> {
    const next = this.#writing.then(task, task)
    this.#writing = next.catch(() => undefined)
    return next
  }
}

function readDraft(file: string): SetupDraft | undefined {
  try {
    return setupDraftSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    // None, or one of another version: the wizard begins anew.
    return undefined
  }
}
