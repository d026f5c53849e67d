import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import { replaceFile } from '../config/replace-file.ts'
import { createLeftovers } from './leftovers.ts'
import type { DockerEngine } from './port.ts'

const names = z.array(z.string()).readonly()
const record = z.object({
  /** GitLab's id of the job. */
  job: z.number(),
  /** Name of the build container. */
  container: z.string(),
  /** Where a shell begins. */
  workingDir: z.string(),
  /** Milliseconds since the epoch. */
  until: z.number(),
  keepAnonymousVolumes: z.boolean(),
  names: z.object({ containers: names, volumes: names, networks: names }),
})

/** What is kept of a job that is over, so that somebody can look into it. Nothing in it is secret. */
export type HeldJob = Readonly<z.output<typeof record>>

export interface HoldSettings {
  readonly onFailure: boolean
  /** Milliseconds. */
  readonly ms: number
}

/** Jobs whose build container, services, network and volumes stay for a bounded time after the job's end. */
export interface HeldJobs {
  /** Keep this job when it ends, whatever its outcome. */
  request(job: number): void
  /** The job was to be kept and is not any more. @returns false where nobody had asked for it. */
  withdraw(job: number): boolean
  isRequested(job: number): boolean
  /** Is the job to be kept now that it ends? */
  wants(job: number, outcome: { readonly failed: boolean }): boolean
  hold(job: Omit<HeldJob, 'until'>): Promise<void>
  /** Hears of every job that is kept from now on, by GitLab's id. */
  onHeld(listener: (job: number) => void): void
  get(job: number): HeldJob | undefined
  list(): readonly HeldJob[]
  /** Lets it stay for another while. @returns false where it is not held. */
  prolong(job: number): Promise<boolean>
  /** Removes it now. @returns false where it is not held. @throws Error in words; it stays held. */
  release(job: number, engines: readonly DockerEngine[]): Promise<boolean>
  /** Removes those whose time is over. */
  releaseExpired(engines: readonly DockerEngine[]): Promise<void>
  /** Starts its build container, which then waits for a shell. @throws DockerError, or Error where it is gone. */
  wake(job: HeldJob, engine: DockerEngine): Promise<void>
  /** Everything held, by name. */
  isHeld(name: string): boolean
}

/** @param file keeps them over a restart; one that is damaged means that nothing is held. */
export function openHeldJobs(
  file: string,
  { clock, settings }: { readonly clock: Clock; readonly settings: () => HoldSettings },
): HeldJobs {
  const held = new Map(load(file).map((one) => [one.job, one]))
  const requested = new Set<number>()
  const listeners = new Set<(job: number) => void>()
  /** A build container runs for as long as somebody holds its stdin. */
  const stdins = new Map<number, Duplex>()
  const save = () => replaceFile(file, JSON.stringify([...held.values()]))
  const soon = () => clock.now() + settings().ms

  const release = async (one: HeldJob, engines: readonly DockerEngine[]): Promise<void> => {
    // With nobody to remove it, it is still there.
    if (engines.length === 0) throw new Error(say('hold-engine-away', { id: one.job }))
    stdins.get(one.job)?.destroy()
    stdins.delete(one.job)
    const leftovers = createLeftovers(one.names)
    const problems = await Promise.all(engines.map((engine) => leftovers.remove(engine, one)))
    const [problem] = problems.flat()
    if (problem !== undefined) throw new Error(problem)
    held.delete(one.job)
    await save()
  }

  return {
    request: (job) => void requested.add(job),
    withdraw: (job) => requested.delete(job),
    isRequested: (job) => requested.has(job),
    wants: (job, { failed }) => requested.delete(job) || (failed && settings().onFailure),
    hold: async (job) => {
      held.set(job.job, { ...job, until: soon() })
      await save()
      for (const listener of listeners) listener(job.job)
    },
    onHeld: (listener) => void listeners.add(listener),
    get: (job) => held.get(job),
    list: () => [...held.values()],
    prolong: async (job) => {
      const one = held.get(job)
      if (one === undefined) return false
      held.set(job, { ...one, until: soon() })
      await save()
      return true
    },
    release: async (job, engines) => {
      const one = held.get(job)
      if (one === undefined) return false
      await release(one, engines)
      return true
    },
    releaseExpired: async (engines) => {
      const expired = [...held.values()].filter(({ until }) => until <= clock.now())
      await Promise.allSettled(expired.map((one) => release(one, engines)))
    },
    wake: async ({ job, container }, engine) => {
      const state = await engine.inspectContainer(container)
      if (state === undefined) throw new Error(`The container ${container} is gone`)
      if (state.running) return
      const stdin = await engine.attach(container)
      // Nothing comes from it; reading lets its end be noticed.
      stdin.on('error', () => undefined).resume()
      stdins.set(job, stdin)
      await engine.startContainer(container)
    },
    isHeld: (name) =>
      [...held.values()].some(({ names: { containers, volumes, networks } }) =>
        [...containers, ...volumes, ...networks].includes(name),
      ),
  }
}

function load(file: string): readonly HeldJob[] {
  try {
    return z.array(record).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return []
  }
}
