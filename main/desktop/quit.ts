import type { EngineDoor } from './engine-door.ts'

export type QuitAnswer = 'after-jobs' | 'now' | 'stay'

export interface QuitParts {
  readonly door: () => EngineDoor | undefined
  /** Jobs of our own engine that would be interrupted. */
  readonly runningJobs: () => number
  readonly ask: (jobs: number) => Promise<QuitAnswer>
  /** Nothing is left to do: `app.quit()`. */
  readonly leave: () => Promise<void>
  /** Leaves whatever is left to do: `app.exit(1)`. */
  readonly force: () => void
}

type Stage = 'no' | 'asking' | 'finishing' | 'stopping' | 'done'

/** The ways out of the application. Asking a second time to quit at once does not wait any longer. */
export class Quit {
  #stage: Stage = 'no'
  #isEcho = false
  readonly #parts: QuitParts

  constructor(parts: QuitParts) {
    this.#parts = parts
  }

  get isUnderWay(): boolean {
    return this.#stage === 'finishing' || this.#stage === 'stopping' || this.#stage === 'done'
  }

  /** For `before-quit`, which the system and menus raise: holds it until the engine has stopped. */
  readonly hold = (event: { preventDefault(): void }): void => {
    if (this.#stage === 'done') return
    event.preventDefault()
    if (this.#stage === 'no') void this.request()
    else if (this.#isEcho) this.#isEcho = false
    else if (this.#stage !== 'asking') void this.now()
  }

  /** The session ends or a signal says so: nobody is there to be asked. Electron raises `before-quit` for it as well. */
  async becauseToldTo(): Promise<void> {
    if (this.isUnderWay) return
    this.#isEcho = true
    await this.now()
  }

  /** Quits, after asking where a job would suffer. */
  async request(): Promise<void> {
    const { runningJobs, ask } = this.#parts
    if (this.#stage !== 'no') return
    this.#stage = 'asking'
    const jobs = runningJobs()
    const answer = jobs === 0 ? 'now' : await ask(jobs)
    this.#stage = 'no'
    if (answer === 'after-jobs') await this.afterJobs()
    else if (answer === 'now') await this.now()
  }

  async afterJobs(): Promise<void> {
    if (this.isUnderWay) return
    this.#stage = 'finishing'
    await this.#stop((door) => door.finishJobsThenStop(), 'finishing')
  }

  async now(): Promise<void> {
    if (this.#stage === 'stopping' || this.#stage === 'done') return this.#parts.force()
    this.#stage = 'stopping'
    await this.#stop((door) => door.stopNow(), 'stopping')
  }

  /**
   * For an update: lets jobs finish, then has the application replaced instead of leaving it.
   * @throws what stood in the way of that; the application goes on.
   */
  async replaceAfterJobs(replace: () => Promise<void>): Promise<void> {
    if (this.#stage !== 'no') return
    this.#stage = 'finishing'
    try {
      await this.#parts.door()?.finishJobsThenStop()
      // Someone who became impatient leaves by his own call.
      if (!this.#isStill('finishing')) return
      this.#stage = 'done'
      await replace()
    } catch (error) {
      if (this.#isStill('finishing') || this.#isStill('done')) this.#stage = 'no'
      throw error
    }
  }

  async #stop(stop: (door: EngineDoor) => Promise<void>, stage: 'finishing' | 'stopping'): Promise<void> {
    const door = this.#parts.door()
    try {
      if (door !== undefined) await stop(door)
    } finally {
      // Someone who became impatient leaves by his own call.
      if (this.#isStill(stage)) {
        this.#stage = 'done'
        await this.#parts.leave()
      }
    }
  }

  #isStill(stage: Stage): boolean {
    return this.#stage === stage
  }
}
