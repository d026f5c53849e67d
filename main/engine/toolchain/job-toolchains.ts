import { realpath } from 'node:fs/promises'

import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import type { RunnerConfig } from '../config/schema.ts'
import type { Job } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import { assignedTo, volumeOf, withoutToolchain, withToolchain } from './assign.ts'
import type { Change } from './fingerprint/fingerprint.ts'
import type { FingerprintStore } from './fingerprint/fingerprint-store.ts'
import { createRecentLooks } from './fingerprint/recent-looks.ts'
import type { ToolchainLibrary } from './library.ts'
import { exportsOf } from './script-block.ts'
import { isForProject, parseReference, referenceOf, ToolchainProblem, type Toolchain } from './toolchain.ts'

/** A toolchain a job has, as it began with it. */
export interface UsedToolchain {
  readonly name: string
  readonly version: string
  /** SHA-256 of its content in hex; absent until it has been taken for the first time, which may be while the job runs. */
  readonly fingerprint?: string | undefined
  /** On the engine's machine: a folder, or the name of a volume. */
  readonly source: string
  readonly mountPoint: string
  readonly writable: Toolchain['writable']
  /** Beside those that put its folders in front of others. */
  readonly variables: Toolchain['variables']
  /** Lines of shell that do that. */
  readonly exports: readonly string[]
}

export interface ToolchainRequest {
  readonly runner: RunnerConfig
  /** `group/project`. */
  readonly project: string
  /** Of the payload. */
  readonly variables: Job['variables']
}

export interface GrantedToolchains {
  /** The runner's configuration with what the job may have, and without what it may not. */
  readonly runner: RunnerConfig
  readonly used: readonly UsedToolchain[]
  /** For the job's log. */
  readonly warnings: readonly string[]
  /**
   * Settles when every toolchain was looked through; no script may begin before. Rejects with a JobFailure
   * `runner_configuration_error` where one is no longer what it was.
   */
  readonly verified: Promise<void>
}

/** Decides which toolchains a job gets. */
export interface JobToolchains {
  /** @throws JobFailure `runner_configuration_error` when one is missing or forbidden. */
  grant(request: ToolchainRequest): Promise<GrantedToolchains>
}

/** The variable a job names toolchains with, such as `atlas500@20.2, gcc-arm`. */
export const requestVariable = 'DRYDOCK_TOOLCHAINS'

export function createJobToolchains({
  library,
  fingerprints,
  clock,
  onUnexpected,
}: {
  readonly library: ToolchainLibrary
  readonly fingerprints: FingerprintStore
  readonly clock: Clock
  readonly onUnexpected: (error: unknown) => void
}): JobToolchains {
  const looks = createRecentLooks(fingerprints, clock)

  /** What the toolchain is now. @throws JobFailure where that is not what was recorded, and the job must not begin. */
  async function verify(toolchain: Toolchain): Promise<{ readonly root: string; readonly warning?: string }> {
    const reference = referenceOf(toolchain)
    const look = await looks.at(toolchain).catch((cause: unknown) => {
      throw refusal(
        `${say('toolchain-unreadable', { name: reference, why: (cause as Error).message })}.`,
        cause,
      )
    })
    const { root, changes } = look
    if (changes.length === 0) return { root }
    const drift = `${say('toolchain-drifted', { name: reference, changes: changesInWords(changes) })}.`
    if (toolchain.onDrift === 'stop') throw refusal(drift)
    return { root, warning: drift }
  }

  async function asked(request: ToolchainRequest): Promise<readonly Toolchain[]> {
    try {
      return await Promise.all(namesAsked(request).map(async (name) => library.read(parseReference(name))))
    } catch (cause) {
      if (!(cause instanceof ToolchainProblem)) throw cause
      throw refusal(say('toolchain-requested', { why: cause.message }), cause)
    }
  }

  return {
    grant: async (request) => {
      const { project } = request
      let { runner } = request
      const warnings: string[] = []
      const wanted = await asked(request)
      for (const toolchain of wanted) {
        const reference = referenceOf(toolchain)
        if (!isForProject(toolchain, project))
          throw refusedRequest(
            say('toolchain-licensed', { name: reference, projects: wordsOf(toolchain.projects), project }),
          )
        const present = assignedTo(runner).find(({ name }) => name === toolchain.name)
        if (present !== undefined && referenceOf(present) === reference) continue
        const isPermitted = toolchain.onRequest.some((name) => name === '*' || name === runner.name)
        if (!isPermitted)
          throw refusal(
            say('toolchain-requested', {
              why: say('toolchain-not-permitted', { runner: runner.name, name: reference }),
            }),
          )
        try {
          runner = withToolchain(present ? withoutToolchain(runner, present) : runner, toolchain)
        } catch (cause) {
          throw refusal(say('toolchain-requested', { why: (cause as Error).message }), cause)
        }
      }

      const used: UsedToolchain[] = []
      const verifying: Promise<unknown>[] = []
      for (const reference of assignedTo(runner)) {
        const toolchain = await library.read(reference).catch((error: unknown) => {
          // Written by another Drydock, or by hand: it works all the same.
          if (error instanceof ToolchainProblem) return undefined
          throw error
        })
        if (toolchain === undefined) continue
        if (!isForProject(toolchain, project)) {
          runner = withoutToolchain(runner, reference, volumeOf(toolchain))
          warnings.push(
            `${say('toolchain-withheld', { name: referenceOf(reference), projects: wordsOf(toolchain.projects), project })}.`,
          )
          continue
        }
        const { name, version, volume, mountPoint, writable } = toolchain
        const recorded = (await fingerprints.summary(toolchain))?.root
        let fingerprint = recorded
        // Reading gigabytes must not keep a job waiting.
        if (recorded === undefined)
          looks.at(toolchain).then(({ root }) => void (fingerprint = root), onUnexpected)
        // The executor holds the volume's own label against it; the folder it was filled from may be gone.
        else if (volume !== undefined) fingerprint = recorded
        else if (toolchain.onDrift === 'stop') verifying.push(verify(toolchain))
        else {
          const found = await verify(toolchain)
          fingerprint = found.root
          if (found.warning !== undefined) warnings.push(found.warning)
        }
        // The engine looks a link up anew for every container; the job keeps the folder it began with.
        const folder = await realpath(toolchain.folder).catch(() => toolchain.folder)
        runner = withMount(runner, volumeOf(toolchain), mountOf({ ...toolchain, folder }))
        const source = volume ?? folder
        used.push({
          name,
          version,
          source,
          mountPoint,
          writable,
          variables: toolchain.variables,
          exports: exportsOf(toolchain).map(({ line }) => line),
          get fingerprint() {
            return fingerprint
          },
        })
      }
      const verified = Promise.all(verifying).then(() => undefined)
      // Whoever waits for it hears of it; a job that ends earlier for another reason does not.
      verified.catch(() => undefined)
      return { runner, used, warnings, verified }
    },
  }
}

/** `O` lays a private layer over the folder, as Podman does; Drydock's executor can do it with every engine. */
const mountOf = (toolchain: Toolchain): string =>
  toolchain.writable === 'private-layer' ? volumeOf(toolchain).replace(/:ro$/, ':O') : volumeOf(toolchain)

function withMount(runner: RunnerConfig, old: string, next: string): RunnerConfig {
  if (old === next || runner.docker === undefined) return runner
  const volumes = runner.docker.volumes.map((spec) => (spec === old ? next : spec))
  return { ...runner, docker: { ...runner.docker, volumes } }
}

/** Where nobody keeps a library. */
export const noJobToolchains: JobToolchains = {
  grant: async ({ runner }) => ({ runner, used: [], warnings: [], verified: Promise.resolve() }),
}

function namesAsked({ variables, runner }: ToolchainRequest): readonly string[] {
  const ofJob = variables.findLast(({ key }) => key === requestVariable)?.value
  const entry = runner.environment.findLast((one) => one.startsWith(`${requestVariable}=`))
  const text = ofJob ?? entry?.slice(requestVariable.length + 1) ?? ''
  return text.split(/[\s,]+/).filter(Boolean)
}

const wordsOf = (projects: readonly string[] = []) => (projects.length === 0 ? '–' : projects.join(', '))

const mostNamed = 5

function changesInWords(changes: readonly Change[]): string {
  const named = changes.slice(0, mostNamed).map(({ path, change }) => say(`drift-${change}`, { file: path }))
  const more = changes.length - named.length
  return [...named, ...(more > 0 ? [say('drift-more', { count: more })] : [])].join(', ')
}

const refusedRequest = (why: string) => refusal(`${say('toolchain-requested', { why })}.`)

const refusal = (message: string, cause?: unknown) =>
  new JobFailure('runner_configuration_error', message, { cause })

/** A line of the log's header. */
export const inHeader = ({ fingerprint, mountPoint, writable, ...reference }: UsedToolchain): string => {
  const content = fingerprint === undefined ? 'fingerprint being taken' : fingerprint.slice(0, 8)
  const how = writable === 'no' ? 'read-only' : 'with a private writable layer'
  return `  toolchain ${referenceOf(reference)} (${content}), ${how} at ${mountPoint}`
}
