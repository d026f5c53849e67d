import { isDeepStrictEqual } from 'node:util'

import type { MountInfo } from '../contract/job.ts'
import { say } from '../contract/sentences/say.ts'
import type { HostParts } from './host-parts.ts'
import { JobFailure } from './job/outcome.ts'
import type { JobObserver } from './job/run-job.ts'
import type { LiveJob } from './live-job.ts'
import type { UsedToolchain } from './toolchain/job-toolchains.ts'

/** Writes down what becomes of a job, and shows it. A job that cannot be written down fails. */
export function observerOf(
  live: LiveJob,
  { history, clock, logger }: HostParts,
  toolchains: readonly UsedToolchain[] = [],
): JobObserver {
  const { id } = live.about
  const write = (line: () => void) => {
    try {
      line()
    } catch (cause) {
      throw new JobFailure(
        'runner_system_failure',
        `${say('job-not-written', { why: cause instanceof Error ? cause.message : String(cause) })}.`,
        { cause },
      )
    }
  }
  let mounts: readonly MountInfo[] = []
  let noted: readonly MountInfo[] = []
  const noteMounts = () => {
    const known = mounts.map((mount) => withToolchainUse(mount, toolchains))
    if (isDeepStrictEqual(known, noted)) return
    noted = known
    write(() => history.mounted(id, known))
    live.worksWith(known.flatMap(({ toolchain }) => toolchain ?? []))
  }
  return {
    stageStarted: ({ name, title }) => {
      write(() => history.stageStarted(id, { name, title, startedAt: clock.now() }))
      live.stageStarted(name)
    },
    stageEnded: (name, result) => {
      write(() => history.stageEnded(id, name, clock.now(), result, live.moved.take()))
      // A fingerprint may have become known.
      noteMounts()
    },
    mounted: (found) => {
      mounts = found
      noteMounts()
    },
    recreatable: (command) => write(() => history.recreatable(id, command)),
    pulling: (pulls) => live.pulling(pulls),
    measured: (resources) => live.measured(resources),
    isWatched: () => live.isWatched,
    noted: (stage, error) =>
      logger.warn({ err: error, job: id, stage }, 'a stage that does not count failed'),
  }
}

function withToolchainUse(mount: MountInfo, toolchains: readonly UsedToolchain[]): MountInfo {
  const used = toolchains.find(
    ({ source, mountPoint }) => source === mount.source && mountPoint === mount.target,
  )
  if (used === undefined) return mount
  const { name, version, fingerprint } = used
  return { ...mount, toolchain: { name, version, ...(fingerprint !== undefined && { fingerprint }) } }
}
