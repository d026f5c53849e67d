import type { Logger } from 'pino'

import type { RenewalTrouble, RunnerSummary } from '../contract/status.ts'
import { shortToken } from '../contract/token.ts'
import type { Clock } from './clock.ts'
import { whyNotPolled } from './config/pollable.ts'
import type { Config, RunnerConfig } from './config/schema.ts'
import { isRotated, rotationDue, tokenExpiry } from './config/token-expiry.ts'
import { Gate } from './gate.ts'
import type { ArtifactGateway } from './gitlab/artifact-port.ts'
import type { RunnerGateway } from './gitlab/port.ts'
import { Poller, type TakenJob } from './poller.ts'
import { HealthRecord } from './runner-health.ts'
import { Slots } from './slots.ts'

/** One runner's ways to its GitLab. */
export interface RunnerConnection {
  readonly gateway: RunnerGateway
  readonly artifacts: ArtifactGateway
}

export interface PoolParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly connect: (runner: RunnerConfig) => RunnerConnection
  /** Runs a job; its place is free again when the promise settles. */
  readonly take: (
    job: TakenJob,
    runner: RunnerConfig,
    key: string,
    connection: RunnerConnection,
  ) => Promise<void>
  readonly runnersChanged: () => void
  /** Of the runner with this token. */
  readonly renewalTrouble?: (token: string) => RenewalTrouble | undefined
}

const defaultIntervalS = 3

/** Logged, at `debug`, once a runner has come to wait: from then on it has no request open. */
export const notAsking = 'asks for no jobs until it may again'

/** All runners of the configuration that ask for jobs, and the places they share. */
export class Pool {
  readonly #parts: PoolParts
  readonly #members = new Map<string, Member>()
  readonly #slots = new Slots(0)
  readonly #gate = new Gate(true)
  readonly #stopped = new AbortController()
  #isPaused = false
  #hindrance: string | undefined
  #config: Config | undefined
  /** Runners that ask for nothing, by key; a pause survives edits of the file. */
  readonly #paused = new Set<string>()

  constructor(parts: PoolParts) {
    this.#parts = parts
  }

  get paused(): boolean {
    return this.#isPaused
  }

  get concurrent(): number {
    return this.#slots.capacity
  }

  /** Jobs that run now. */
  get running(): number {
    return [...this.#members.values()].reduce((sum, member) => sum + member.running, 0)
  }

  /** No new jobs are asked for; running ones go on. */
  pause(): void {
    this.#isPaused = true
    this.#moveGate()
  }

  resume(): void {
    this.#isPaused = false
    this.#moveGate()
  }

  /** Why no jobs are asked for although nobody paused, as a sentence without its full stop. */
  get hindrance(): string | undefined {
    return this.#hindrance
  }

  /** Keeps jobs from being asked for until called with `undefined`. */
  hinder(reason: string | undefined): void {
    this.#hindrance = reason
    this.#moveGate()
  }

  /** One runner asks for no new jobs; its running ones go on. */
  pauseRunner(key: string): void {
    this.#paused.add(key)
    this.#members.get(key)?.gate.shut()
    this.#parts.runnersChanged()
  }

  resumeRunner(key: string): void {
    this.#paused.delete(key)
    this.#members.get(key)?.gate.open()
    this.#parts.runnersChanged()
  }

  /** Follows the configuration: new runners ask, removed ones stop asking, the others go on with their new settings. */
  reconcile(config: Config): void {
    this.#config = config
    this.#slots.resize(config.concurrent)
    const wanted = new Map(
      config.runners
        .filter((runner) => whyNotPolled(runner) === undefined)
        .map((runner) => [keyOf(runner), runner] as const),
    )
    for (const [key, member] of this.#members) {
      if (wanted.has(key) || member.leaving) continue
      this.#dismiss(key, member)
      if (this.#paused.has(key)) this.#pauseSuccessor(member.runner(), wanted)
    }
    for (const [key, runner] of wanted) {
      const member = this.#members.get(key)
      if (member === undefined || member.leaving) this.#admit(key, runner)
      else member.update(runner)
    }
    this.#parts.runnersChanged()
  }

  runners(): readonly RunnerSummary[] {
    return (this.#config?.runners ?? []).map((runner) => {
      const key = keyOf(runner)
      const member = this.#members.get(key)
      const renewalTrouble = this.#parts.renewalTrouble?.(runner.token)
      return {
        key,
        name: runner.name,
        url: runner.url,
        shortToken: shortToken(runner.token),
        executor: runner.executor,
        image: runner.docker?.image ?? '',
        volumes: runner.docker?.volumes ?? [],
        limit: runner.limit,
        running: member?.running ?? 0,
        health: member?.health.state ?? { state: 'unknown' },
        ...(this.#paused.has(key) && { paused: true }),
        ...(tokenExpiry(runner) !== undefined && { tokenExpiresAt: tokenExpiry(runner)! }),
        ...(isRotated(runner) &&
          rotationDue(runner) !== undefined && { tokenRenewedAt: rotationDue(runner)! }),
        ...(renewalTrouble && { renewalTrouble }),
      }
    })
  }

  /** Ends every open request and sends none again. */
  async stopAsking(): Promise<void> {
    this.#stopped.abort()
    await Promise.all([...this.#members.values()].map((member) => member.asking))
  }

  /** After `stopAsking`, when no job needs its connection any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ connection }) => connection.gateway.close()))
  }

  #admit(key: string, runner: RunnerConfig): void {
    const { clock, logger, connect, take, runnersChanged } = this.#parts
    const connection = connect(runner)
    const left = new AbortController()
    const gate = new Gate(!this.#paused.has(key))
    let current = runner
    const health = new HealthRecord(clock, () => current)
    const poller = new Poller({
      clock,
      logger,
      gateway: connection.gateway,
      runner: () => current,
      health,
      slots: this.#slots,
      interval: () => this.#intervalMs(),
      // A held request keeps its place for up to a minute: only where every runner can have one.
      mayHold: () => this.#slots.capacity - this.running >= this.#members.size,
      wanted: async (signal) => {
        if (!this.#gate.isOpen || !gate.isOpen) logger.debug({ runner: current.name }, notAsking)
        await this.#gate.pass(signal)
        await gate.pass(signal)
      },
      take: async (job) => {
        member.running++
        runnersChanged()
        try {
          await take(job, current, key, connection)
        } finally {
          member.running--
          runnersChanged()
          this.#forgetIfDone(key, member)
        }
      },
      healthChanged: runnersChanged,
    })
    const member: Member = {
      connection,
      gate,
      health,
      running: 0,
      leaving: false,
      runner: () => current,
      update: (updated) => {
        current = updated
        poller.reconfigure()
      },
      leave: () => left.abort(),
      asking: poller.run(AbortSignal.any([this.#stopped.signal, left.signal])),
    }
    this.#members.set(key, member)
  }

  /** A token that was replaced makes another key; what somebody paused stays paused. */
  #pauseSuccessor(gone: RunnerConfig, wanted: ReadonlyMap<string, RunnerConfig>): void {
    for (const [key, runner] of wanted) {
      if (!this.#members.has(key) && isSameRunner(runner, gone)) this.#paused.add(key)
    }
  }

  #moveGate(): void {
    if (this.#isPaused || this.#hindrance !== undefined) this.#gate.shut()
    else this.#gate.open()
  }

  #dismiss(key: string, member: Member): void {
    member.leaving = true
    member.leave()
    void member.asking.then(() => this.#forgetIfDone(key, member))
  }

  #forgetIfDone(key: string, member: Member): void {
    if (!member.leaving || member.running > 0) return
    if (this.#members.get(key) === member) this.#members.delete(key)
    void member.connection.gateway.close()
  }

  #intervalMs(): number {
    const seconds = this.#config?.check_interval ?? 0
    return (seconds > 0 ? seconds : defaultIntervalS) * 1000
  }
}

interface Member {
  readonly connection: RunnerConnection
  /** Shut while this runner alone is paused. */
  readonly gate: Gate
  readonly health: HealthRecord
  running: number
  leaving: boolean
  runner(): RunnerConfig
  update(runner: RunnerConfig): void
  leave(): void
  /** Settles when it has left and no request is open. */
  readonly asking: Promise<void>
}

/** Whether it is the same runner of GitLab's, whatever its token is by now. */
export const isSameRunner = (one: RunnerConfig, other: RunnerConfig): boolean =>
  one.url === other.url && (one.id === 0 ? one.name === other.name : one.id === other.id)

/** A runner is its server and token; everything else about it may change while it works. */
export const keyOf = ({ url, token, ...runner }: RunnerConfig): string =>
  [url, shortToken(token), runner['tls-ca-file'], runner['tls-cert-file']].filter(Boolean).join(' ')
