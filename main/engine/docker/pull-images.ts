import { say } from '../../contract/sentences/say.ts'
import type { Clock } from '../clock.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { PullPolicy } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobOutput } from '../job/ports.ts'
import { configurationError } from './configuration-error.ts'
import type { Credentials } from './credentials.ts'
import { DockerError, isUnreachable } from './docker-error.ts'
import { askHubLimit, type Hub } from './hub-limit.ts'
import { isImageName, splitImageName, withTag } from './image-name.ts'
import { parsePlatform } from './platform.ts'
import type { DockerEngine, Image } from './port.ts'
import { isPullLimited, pullFailureOf } from './pull-failure.ts'
import { effectivePolicies, mayUseLocal } from './pull-policy.ts'
import { registryKeysOf } from './registry-name.ts'
import type { JobUse } from './usage.ts'
import type { PullWatch } from './watch-pulls.ts'

/** An image a container can be made from. */
export interface ReadyImage {
  readonly name: string
  /** First repository digest, else the id: what containers are created with (docker-executor.md §10.3). */
  readonly reference: string
  readonly image: Image
}

export interface ImageRequest {
  readonly name: string
  /** The job's own policies; empty = the configuration's. */
  readonly policies: readonly string[]
  /** As written: `linux/arm64`, `arm64`. */
  readonly platform?: string | undefined
  /** How often a pull that fails for want of a network is tried; 3 where not given. */
  readonly attempts?: number
}

export interface Images {
  /**
   * The image, pulled where its policy says so; a name is resolved once per job.
   * @throws JobFailure with the reason of docker-executor.md §5.3.
   */
  get(request: ImageRequest, signal: AbortSignal): Promise<ReadyImage>
}

interface Parts {
  readonly engine: DockerEngine
  readonly docker: DockerConfig
  readonly credentials: Credentials
  readonly output: JobOutput
  readonly clock: Clock
  readonly use: JobUse
  readonly pulls: PullWatch
  readonly hub: Hub
}

const usualAttempts = 3
const firstPauseMs = 2_000
const longestPauseMs = 10_000

export function createImages(parts: Parts): Images {
  const known = new Map<string, Promise<ReadyImage>>()
  return {
    get: (request, signal) => {
      const key = `${request.name} ${request.platform ?? ''}`
      const ready = known.get(key) ?? resolveImage(parts, request, signal)
      known.set(key, ready)
      // Who asks again after a failure wants another try.
      ready.catch(() => known.delete(key))
      return ready
    },
  }
}

async function resolveImage(parts: Parts, asked: ImageRequest, signal: AbortSignal): Promise<ReadyImage> {
  const { docker, output } = parts
  if (!isImageName(asked.name)) {
    throw configurationError(`${say('image-name', { name: JSON.stringify(asked.name) })}.`)
  }
  const platform = asked.platform === undefined ? undefined : parsePlatform(asked.platform)
  if (platform?.insteadOf !== undefined) {
    await output.warning(
      `${say('platform-not-linux', { system: platform.insteadOf, taken: platform.text })}.`,
    )
  }
  const request = { ...asked, platform: platform?.text }
  const policies = effectivePolicies(request.policies, docker)
  await output.plain(`Using effective pull policy of [${policies.join(' ')}] for container ${request.name}`)
  let failure: JobFailure | undefined
  for (const [index, policy] of policies.entries()) {
    if (index > 0) await output.info(`Attempt #${index + 1}: Trying "${policy}" pull policy`)
    try {
      return await resolveWith(policy, parts, request, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof JobFailure)) throw error
      failure = error
      await output.warning(`Failed to pull image with policy "${policy}": ${error.message}`)
    }
  }
  if (isPullLimited(failure?.message ?? '')) {
    await sayHubLimit(parts, request.name, signal)
    const local = mayUseLocal(request.policies, docker)
      ? await parts.engine.inspectImage(request.name, signal, request.platform)
      : undefined
    if (local !== undefined && parts.use.mayUse(local.id)) {
      await output.warning(`${say('pull-limited-local', { image: request.name })}.`)
      return announce(parts, request.name, local)
    }
  }
  throw new JobFailure(
    failure?.reason ?? 'image_pull_failure',
    say('pull-failed', {
      image: request.name,
      policies: policies.join(' '),
      why: failure?.message ?? '',
    }),
    { cause: failure },
  )
}

async function resolveWith(
  policy: PullPolicy,
  parts: Parts,
  request: ImageRequest,
  signal: AbortSignal,
): Promise<ReadyImage> {
  const { engine, output, use } = parts
  const { name, platform } = request
  await use.hold(`image ${withTag(name)}`)
  const local = await engine.inspectImage(name, signal, platform)
  if (policy === 'never') {
    if (local !== undefined) return announce(parts, name, local)
    throw new JobFailure('runner_system_failure', `${say('never-pulled', { image: name, again: name })}.`)
  }
  if (local !== undefined && (local.id === name || policy === 'if-not-present')) {
    if (use.mayUse(local.id)) {
      if (local.id !== name)
        await output.plain(`Using locally found image version due to "if-not-present" pull policy`)
      return announce(parts, name, local)
    }
    if (await isProved(parts, request, local, signal)) return announce(parts, name, local)
  }
  await patiently(parts, request, signal, () => pull(parts, request, signal))
  const pulled = await engine.inspectImage(name, signal, platform)
  if (pulled !== undefined) {
    // An image that was there under this name is somebody else's, and stays so when it is renewed.
    if (local === undefined) use.pulled({ id: pulled.id, name })
    else if (local.id !== pulled.id) use.renewed({ from: local.id, id: pulled.id, name })
    // What was anybody's before stays so.
    const isNew = local?.id !== pulled.id
    if ((isNew || !use.mayUse(pulled.id)) && (await parts.credentials.forImage(name))?.whose === 'job')
      use.proved(pulled.id)
    return announce(parts, name, pulled)
  }
  throw new JobFailure('image_pull_failure', `${say('image-vanished', { image: name })}.`)
}

/**
 * An image that a registry gave to another project for its credentials is there for this one only if the registry gives
 * it to this one, too.
 * @throws JobFailure where the registry refuses, or does not answer.
 */
async function isProved(
  parts: Parts,
  request: ImageRequest,
  { id, digests }: Image,
  signal: AbortSignal,
): Promise<boolean> {
  const { engine, credentials, output, use } = parts
  const { repository } = splitImageName(request.name)
  // The very image, whatever its tag stands for by now.
  const digest = digests.find((one) => splitImageName(one).repository === repository) ?? digests[0]
  if (digest === undefined) return false
  await output.plain(`${say('image-of-others', { image: request.name })}.`)
  const isGiven = await patiently(parts, request, signal, async () => {
    const known = await credentials.forImage(digest)
    return engine.askRegistry(digest, known?.auth, signal)
  })
  if (isGiven) use.proved(id)
  return isGiven
}

/** Repeats what failed for want of a network. */
async function patiently<T>(
  { clock, output }: Parts,
  request: ImageRequest,
  signal: AbortSignal,
  pull: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pull()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof DockerError) || isUnreachable(error)) throw error
      const { reason, again, remedy } = pullFailureOf(error.message)
      if (!again || attempt >= (request.attempts ?? usualAttempts)) {
        throw new JobFailure(reason, `${error.message}. ${remedy}.`, { cause: error })
      }
      await output.warning(
        `Failed to pull image "${request.name}" (attempt #${attempt}), retrying: ${error.message}`,
      )
      const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs)
      await clock.sleep(pause * (0.5 + Math.random() / 2), signal)
    }
  }
}

async function pull(parts: Parts, { name, platform }: ImageRequest, signal: AbortSignal): Promise<void> {
  const { engine, credentials, output, pulls } = parts
  const known = await credentials.forImage(name)
  if (known !== undefined) await output.plain(`Authenticating with credentials from ${known.source}`)
  await output.plain(
    `Pulling docker image ${name} ${platform === undefined ? '' : `for platform ${platform} `}...`,
  )

  const { repository, tag, digest } = splitImageName(name)
  using pull = pulls.begin(name)
  await engine.pullImage(
    {
      repository,
      tag: digest || tag || 'latest',
      ...(platform !== undefined && { platform }),
      ...(known && { credentials: known.auth }),
    },
    pull.note,
    signal,
  )
}

/** What Docker Hub counts, where it is the one that refused. */
async function sayHubLimit(
  { hub, credentials, output }: Parts,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  if (registryKeysOf(image).at(-1) !== 'docker.io') return
  const known = await credentials.forImage(image)
  const found = await askHubLimit(hub, known?.auth, signal)
  if (found === undefined) return
  const { remaining, limit, hours } = found
  const whose = say(known?.auth.username ? 'hub-account' : 'hub-address')
  await output.info(`${say('hub-limit', { whose, remaining, limit, hours })}.`)
}

async function announce({ engine, output, use }: Parts, name: string, image: Image): Promise<ReadyImage> {
  await use.hold(`image ${image.id}`)
  const [digest] = image.digests
  await output.plain(
    `Using docker image ${image.id} for ${name}${digest === undefined ? '' : ` with digest ${digest}`} ...`,
  )
  if (image.os === engine.about.os && !isMadeFor(image.architecture, engine.about.architecture)) {
    await output.warning(
      `${say('image-other-cpu', { image: name, made: image.architecture, engine: engine.about.architecture })}.`,
    )
  }
  return { name, reference: digest ?? image.id, image }
}

const spellings: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['amd64', '386'],
  aarch64: ['arm64', 'arm'],
  arm64: ['arm64', 'arm'],
  armv7l: ['arm'],
  armv6l: ['arm'],
  i686: ['386'],
  ppc64le: ['ppc64le'],
}

/** Does the CPU run programs of an image? An engine whose spelling is unknown is given the benefit of the doubt. */
function isMadeFor(image: string, engine: string): boolean {
  return image === '' || image === engine || (spellings[engine]?.includes(image) ?? true)
}
