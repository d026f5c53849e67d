import type { Clock } from '../clock.ts'
import type { AccessLevel, ManagerRecord, RunnerInfo, RunnerRecord, RunnerType } from './records.ts'
import { isSameToken, newToken } from './tokens.ts'

/** What may be said about a runner when it is made or edited. */
export interface RunnerSettings {
  readonly description?: string | undefined
  readonly maintenanceNote?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly runUntagged?: boolean | undefined
  readonly locked?: boolean | undefined
  readonly paused?: boolean | undefined
  readonly accessLevel?: AccessLevel | undefined
  /** Seconds. */
  readonly maximumTimeout?: number | undefined
}

export interface NewRunner extends RunnerSettings {
  readonly type: RunnerType
  readonly createdByApi: boolean
  readonly projects?: Iterable<number>
  readonly group?: string | undefined
  /** Seconds. */
  readonly tokenLifetime?: number | undefined
}

/** The fields that are wrong, each with the server's words for it. */
export type RunnerMistakes = Readonly<Record<string, readonly string[]>>

/** What a real server's validation says about a runner; empty when it is well. */
export function mistakesIn({
  maximumTimeout,
  tags = [],
  runUntagged = true,
}: RunnerSettings): RunnerMistakes {
  const tooShort = maximumTimeout !== undefined && maximumTimeout < 600
  const idle = tags.length === 0 && !runUntagged
  return {
    ...(tooShort && { maximum_timeout: ['needs to be at least 10 minutes'] }),
    ...(idle && { tags_list: ['can not be empty when runner is not allowed to pick untagged jobs'] }),
  }
}

/** The runners the server knows. */
export class RunnerBook {
  readonly #clock: Clock
  readonly #runners = new Map<number, RunnerRecord>()
  readonly #held = new Map<number, Set<() => void>>()
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  create({ type, createdByApi, projects = [], group, tokenLifetime, ...settings }: NewRunner): RunnerRecord {
    const runner: RunnerRecord = {
      id: ++this.#lastId,
      type,
      token: createdByApi ? newToken.runner() : newToken.registeredRunner(),
      tokenExpiresAt: tokenLifetime === undefined ? undefined : this.#clock.now() + tokenLifetime * 1000,
      tokenLifetime,
      createdByApi,
      projects: new Set(projects),
      group,
      managers: new Map(),
      contactedAt: undefined,
      queueValue: undefined,
      description: '',
      maintenanceNote: '',
      tags: [],
      runUntagged: true,
      locked: false,
      paused: false,
      accessLevel: 'not_protected',
      maximumTimeout: undefined,
    }
    assign(runner, settings)
    this.#runners.set(runner.id, runner)
    return runner
  }

  edit(runner: RunnerRecord, settings: RunnerSettings): void {
    assign(runner, settings)
    this.tick(runner)
  }

  delete(runner: RunnerRecord): void {
    this.#runners.delete(runner.id)
    this.tick(runner)
  }

  get(id: number): RunnerRecord | undefined {
    return this.#runners.get(id)
  }

  get all(): Iterable<RunnerRecord> {
    return this.#runners.values()
  }

  /** The runner whose token it is, unless the token has expired. */
  byToken(token: string): RunnerRecord | undefined {
    const runner = this.#runners.values().find((one) => isSameToken(one.token, token))
    const expired = runner?.tokenExpiresAt !== undefined && runner.tokenExpiresAt <= this.#clock.now()
    return expired ? undefined : runner
  }

  /** The old token is worth nothing from now on. */
  resetToken(runner: RunnerRecord): void {
    runner.token = runner.createdByApi ? newToken.runner() : newToken.registeredRunner()
    runner.tokenExpiresAt =
      runner.tokenLifetime === undefined ? undefined : this.#clock.now() + runner.tokenLifetime * 1000
  }

  /** Notes that one of the runner's processes is alive. */
  greet(runner: RunnerRecord, systemId: string, info: RunnerInfo | undefined): ManagerRecord {
    const now = this.#clock.now()
    runner.contactedAt = now
    let manager = runner.managers.get(systemId)
    if (!manager) {
      manager = { systemId, contactedAt: now, info: info ?? { features: {} } }
      runner.managers.set(systemId, manager)
    }
    manager.contactedAt = now
    if (info) manager.info = info
    return manager
  }

  /** The cursor of the runner's queue; made when there is none or it is older than an hour. */
  queueValue(runner: RunnerRecord): string {
    const age = runner.queueValue ? this.#clock.now() - runner.queueValue.setAt : Infinity
    if (!runner.queueValue || age > 3_600_000) this.#renew(runner)
    return runner.queueValue?.value ?? ''
  }

  /** Something changed for the runner: its cursor is stale, its held requests end. */
  tick(runner: RunnerRecord): void {
    this.#renew(runner)
    for (const wake of this.#held.get(runner.id) ?? []) wake()
  }

  /** Resolves when the runner's queue value changes, `seconds` have passed, or the signal aborts. */
  async hold(runner: RunnerRecord, seconds: number, signal: AbortSignal): Promise<void> {
    const news = Promise.withResolvers<void>()
    const over = new AbortController()
    const waiting = this.#held.get(runner.id) ?? new Set()
    this.#held.set(runner.id, waiting.add(news.resolve))
    try {
      const timer = this.#clock.sleep(seconds * 1000, AbortSignal.any([signal, over.signal])).catch(() => {})
      await Promise.race([news.promise, timer])
    } finally {
      over.abort()
      waiting.delete(news.resolve)
    }
  }

  #renew(runner: RunnerRecord): void {
    runner.queueValue = { value: newToken.cursor(), setAt: this.#clock.now() }
  }
}

function assign(runner: RunnerRecord, settings: RunnerSettings): void {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  Object.assign(runner, Object.fromEntries(given))
}
