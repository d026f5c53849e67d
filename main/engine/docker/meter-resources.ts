import type { ContainerUse } from '../../contract/resources.ts'
import type { Clock } from '../clock.ts'
import type { ResourceObserver } from '../job/ports.ts'
import { isContainerMissing } from './docker-error.ts'
import type { ContainerSample, DockerEngine } from './port.ts'

/** A container whose use of the machine is followed; limits in bytes and processors. */
export type MeteredContainer = Pick<ContainerUse, 'role' | 'service' | 'memoryLimit' | 'cpuLimit'> & {
  readonly id: string
}

/** Follows what the containers of one job use; disposing ends it. */
export interface ResourceMeter extends Disposable {
  /** Something in the container has failed: was it for want of memory? Then it has used all that it may. */
  lookBack(id: string): Promise<void>
  /** From now on, for as long as it is there. One that replaces another of its role and service adds to that one. */
  follow(container: MeteredContainer): void
}

// An engine takes up to a second for an answer, and a few milliseconds of processor time.
const watchedEveryMs = 1000
const leastPauseMs = 1000
const longestPauseMs = 5000
// Rootless Podman without cgroups v2 counts nothing, and says so with an error.
const mostFailures = 5

/**
 * Asks the engine every second while somebody looks. Else every second in the beginning and every five later, so that
 * a peak is known of a short job, and a long one costs nothing to speak of.
 */
export function meterResources(
  engine: Pick<DockerEngine, 'sampleContainer' | 'inspectContainer'>,
  clock: Clock,
  observer: ResourceObserver,
): ResourceMeter {
  const over = new AbortController()
  const followed = new Map<string, Followed>()
  const uses = new Map<string, Use>()
  let begun: number | undefined
  let peakMemory = 0

  /** @returns whether the engine answered. */
  const look = async ({ id, use }: Followed): Promise<boolean> => {
    try {
      use.note(await engine.sampleContainer(id, over.signal))
      return true
    } catch (error) {
      use.note(undefined)
      if (!isContainerMissing(error)) return false
      followed.delete(id)
      return true
    }
  }
  const run = async () => {
    for (let failures = 0; failures < mostFailures;) {
      const age = clock.monotonic() - (begun ?? 0)
      const pause = observer.isWatched()
        ? watchedEveryMs
        : Math.min(Math.max(age / 10, leastPauseMs), longestPauseMs)
      await clock.sleep(pause, over.signal)
      const answered = await Promise.all([...followed.values()].map(look))
      over.signal.throwIfAborted()
      failures = answered.includes(true) ? 0 : failures + 1
      tell()
    }
  }
  const tell = () => {
    const containers = [...uses.values()].filter(({ isKnown }) => isKnown).map((one) => one.now())
    if (containers.length === 0) return
    const together = sum(containers.map(({ now }) => now?.memory ?? 0))
    peakMemory = Math.max(peakMemory, together, ...containers.map((one) => one.peakMemory))
    observer.measured({
      peakMemory,
      cpuSeconds: sum(containers.map(({ cpuSeconds }) => cpuSeconds)),
      containers,
    })
  }

  return {
    follow: (container) => {
      const { id, role, service = '' } = container
      const key = `${role} ${service}`
      const use = uses.get(key) ?? new Use(container)
      use.endRun()
      uses.set(key, use)
      for (const other of followed.values()) if (other.use === use) followed.delete(other.id)
      followed.set(id, { id, use })
      if (begun !== undefined) return
      begun = clock.monotonic()
      // It ends with the job.
      run().catch(() => undefined)
    },
    lookBack: async (id) => {
      const state = await engine.inspectContainer(id).catch(() => undefined)
      if (state?.outOfMemory !== true) return
      followed.get(id)?.use.runOut()
      tell()
    },
    [Symbol.dispose]: () => over.abort(),
  }
}

interface Followed {
  readonly id: string
  readonly use: Use
}

/** Adds up the samples of a container, and of those that take its place. */
class Use {
  readonly #about: Omit<ContainerUse, 'peakMemory' | 'cpuSeconds' | 'ranOut'>
  #peakMemory = 0
  #ranOut = false
  /** Of runs that are over. */
  #earlierCpu = 0
  /** Of the run that goes on. */
  #last: ContainerSample | undefined
  #now: ContainerUse['now']

  constructor({ role, service, memoryLimit, cpuLimit }: MeteredContainer) {
    this.#about = {
      role,
      ...(service !== undefined && { service }),
      ...(memoryLimit !== undefined && { memoryLimit }),
      ...(cpuLimit !== undefined && { cpuLimit }),
    }
  }

  /** Has the engine told anything of it? */
  get isKnown(): boolean {
    return this.#peakMemory > 0
  }

  runOut(): void {
    this.#ranOut = true
    this.#now = undefined
    this.#peakMemory = Math.max(this.#peakMemory, this.#about.memoryLimit ?? 0)
  }

  /** What comes next counts from zero. */
  endRun(): void {
    this.#earlierCpu += this.#last?.cpuSeconds ?? 0
    this.#last = undefined
    this.#now = undefined
  }

  /** @param sample `undefined` where it does not run */
  note(sample: ContainerSample | undefined): void {
    this.#now = undefined
    if (sample === undefined) return
    // The same container, started again.
    if (sample.cpuSeconds < (this.#last?.cpuSeconds ?? 0)) this.endRun()
    const last = this.#last
    this.#last = sample
    this.#peakMemory = Math.max(this.#peakMemory, sample.memory)
    const seconds = last === undefined ? 0 : (sample.at - last.at) / 1000
    this.#now = {
      memory: sample.memory,
      ...(last !== undefined && seconds > 0 && { cpus: (sample.cpuSeconds - last.cpuSeconds) / seconds }),
    }
  }

  now(): ContainerUse {
    return {
      ...this.#about,
      peakMemory: this.#peakMemory,
      ...(this.#ranOut && { ranOut: true as const }),
      cpuSeconds: this.#earlierCpu + (this.#last?.cpuSeconds ?? 0),
      ...(this.#now !== undefined && { now: this.#now }),
    }
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
