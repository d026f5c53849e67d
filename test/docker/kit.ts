import { inject } from 'vitest'
import type { z } from 'zod'

import { systemClock } from '../../main/engine/clock.ts'
import type { dockerSchema, runnerSchema } from '../../main/engine/config/schema.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import { createDockerExecutor, type DockerExecutor } from '../../main/engine/docker/executor.ts'
import type { HeldJobs } from '../../main/engine/docker/held-jobs.ts'
import type { Hub } from '../../main/engine/docker/hub-limit.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { unnoted, type Usage } from '../../main/engine/docker/usage.ts'
import type { Job, JobImage, JobService } from '../../main/engine/job/job.ts'
import type {
  ContainerRole,
  JobEnvironment,
  JobOutput,
  ExecutorObserver,
} from '../../main/engine/job/ports.ts'
import type { UsedToolchain } from '../../main/engine/toolchain/job-toolchains.ts'
import { aContext, variables } from '../support/job-context.ts'

export const images = {
  helper: 'drydock-test/helper:1',
  busybox: 'drydock-test/busybox:1',
  debian: 'drydock-test/debian:1',
} as const

/** The engine of this test run. */
export const testEngine = (): Promise<DockerEngine> =>
  connectDocker({ host: inject('dockerHost') }, { env: {}, platform: process.platform, home: '/nonexistent' })

/** Labels objects of one test file, so that files on a shared engine do not see each other's. */
export const aSystemId = () => `s_${crypto.randomUUID().slice(0, 12)}`

export const anImage = (name: string, given: Partial<JobImage> = {}): JobImage => ({
  name,
  alias: '',
  entrypoint: undefined,
  command: undefined,
  pullPolicies: [],
  platform: undefined,
  user: undefined,
  ...given,
})

export const aService = (name: string, given: Partial<JobService> = {}): JobService => ({
  ...anImage(name),
  variables: [],
  ...given,
})

/** Everything a job prints, without colours; lines of the runner begin with their kind. */
export function heardOutput() {
  let text = ''
  const line = (kind: string) => async (words: string) => void (text += `${kind}: ${words}\n`)
  const output: JobOutput = {
    plain: line('plain'),
    info: line('info'),
    warning: line('warning'),
    error: line('error'),
    section: async () => async () => {},
    stream: (number, kind) => ({
      write: async (chunk) =>
        void (text += number === 15 ? `service ${kind}: ${asText(chunk)}` : asText(chunk)),
      end: async () => {},
    }),
  }
  // oxlint-disable-next-line no-control-regex -- colours are what is taken out
  return { output, text: () => text.replace(/\u001B\[[0-9;]*[mK]/g, '') }
}

const asText = (chunk: Uint8Array | string) =>
  typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()

export interface Given {
  readonly job?: Partial<Job>
  readonly runner?: Partial<z.input<typeof runnerSchema>>
  readonly docker?: z.input<typeof dockerSchema>
  readonly variables?: Readonly<Record<string, string>>
  readonly systemId?: string
  readonly toolchains?: readonly UsedToolchain[]
  readonly sessionId?: string
  readonly home?: string
  readonly hub?: Hub
  readonly usage?: Usage
  readonly held?: HeldJobs
  readonly sharesSources?: boolean
  /** One that several jobs share. */
  readonly executor?: DockerExecutor
  /** Slot of the project. */
  readonly concurrentProjectId?: number
  readonly signal?: AbortSignal
  readonly observer?: ExecutorObserver
}

export interface TestJob extends AsyncDisposable {
  readonly engine: DockerEngine
  readonly environment: JobEnvironment
  /** What was printed so far. */
  readonly text: () => string
  /** Runs lines of shell; resolves with what they printed. */
  run(text: string, options?: { readonly in?: ContainerRole; readonly signal?: AbortSignal }): Promise<string>
}

/** A prepared job on the test engine: busybox for the script, our helper image, no sources. */
export async function aPreparedJob(given: Given = {}, engine?: DockerEngine): Promise<TestJob> {
  const used = engine ?? (await testEngine())
  const { context, heard, prepare } = onEngine(used, given)
  void context
  const environment = await prepare()
  return {
    engine: used,
    environment,
    text: heard.text,
    run: async (text, { in: runsIn = 'build', signal = new AbortController().signal } = {}) => {
      const before = heard.text().length
      await environment.run({ name: 'step_script', runsIn, text: `set -e\n${text}\n` }, signal)
      // Images are looked up when a container is first needed.
      return heard
        .text()
        .slice(before)
        .replace(/^plain: (Using|Changing) .*\n/gm, '')
    },
    [Symbol.asyncDispose]: async () => {
      await environment[Symbol.asyncDispose]()
      if (engine === undefined) used.close()
    },
  }
}

export const executorOn = (engine: DockerEngine, given: Given = {}): DockerExecutor =>
  createDockerExecutor({
    engine: async () => engine,
    sessionId: given.sessionId ?? 'test-session',
    usage: given.usage ?? unnoted,
    ...(given.held !== undefined && { held: given.held }),
    sharesSources: () => given.sharesSources ?? true,
    clock: systemClock,
    logger: { warn: () => undefined },
    home: given.home ?? '/nonexistent',
    ...(given.hub !== undefined && { hub: given.hub }),
  })

/** The parts of a job on an engine, not yet prepared. */
export function onEngine(engine: DockerEngine, given: Given) {
  const heard = heardOutput()
  const { docker, job, runner, systemId = 's_test00000000' } = given
  const known = aContext({
    systemId,
    concurrentProjectId: given.concurrentProjectId ?? 0,
    job: {
      image: anImage(images.busybox),
      ...job,
      variables: [...variables({ GIT_STRATEGY: 'none', ...given.variables }), ...(job?.variables ?? [])],
    },
    runner: {
      ...runner,
      docker: {
        image: images.busybox,
        helper_image: images.helper,
        pull_policy: 'if-not-present',
        ...docker,
      },
    },
    imageName: '',
  })
  const context = { ...known, ...(given.toolchains && { toolchains: given.toolchains }) }
  const executor = given.executor ?? executorOn(engine, given)
  const signal = given.signal ?? new AbortController().signal
  return { context, heard, prepare: () => executor.prepare(context, heard.output, signal, given.observer) }
}

/** What is left on the engine with a system id: `kind name`, sorted. */
export async function leftOf(engine: DockerEngine, systemId: string): Promise<readonly string[]> {
  const labels = [`com.drydock.system-id=${systemId}`]
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers(labels),
    engine.listNetworks(labels),
    engine.listVolumes(labels),
  ])
  return [
    ...containers.map(({ name }) => `container ${name}`),
    ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map(({ name }) => `volume ${name}`),
  ].toSorted()
}
