import { join } from 'node:path'

import { systemClock, type Clock } from '../clock.ts'
import type { ArtifactGateway } from '../gitlab/artifact-port.ts'
import type { JobContext } from '../job/context.ts'
import type { JobDependency } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobOutput } from '../job/ports.ts'
import { ArchiveProblem } from './archive-problem.ts'
import { BadSetting, extractorConcurrency } from './archive-settings.ts'
import { extractArchive } from './extract-archive.ts'
import { fetchArtifact, NotAvailable, type Fetch } from './fetch-artifact.ts'
import { heldLog, type HeldLog } from './held-log.ts'
import { withStageLog } from './helper-log.ts'
import { openArchive } from './open-archive.ts'
import { ProgramFailed } from './run-program.ts'
import { stagingFolder } from './staging.ts'

/** Archives that come while the one before them is extracted. */
const ahead = 2

/**
 * The stage that fetches the artifacts of the jobs this one depends on, several at once, and extracts them in order,
 * later files over earlier ones (job-execution.md §11.5).
 * @throws JobFailure `script_failure` with exit code 1 when one cannot be had; the log has the reason.
 */
export async function downloadArtifacts(
  context: JobContext,
  environment: JobEnvironment,
  output: JobOutput,
  gateway: ArtifactGateway,
  signal: AbortSignal,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<void> {
  const wanted = context.job.dependencies.filter(({ artifacts }) => artifacts?.filename)
  const { project } = context.dirs
  const concurrency = () => extractorConcurrency(context)
  await withStageLog(output, async (log) => {
    await using coming = new AsyncDisposableStack()
    const begun: Coming[] = []
    for (const index of wanted.keys()) {
      for (const next of wanted.slice(index + begun.length, index + 1 + ahead)) {
        begun.push(coming.use(begin(next, { context, gateway, log, signal, clock })))
      }
      const current = begun.shift()
      if (!current) return
      signal.throwIfAborted()
      await current.held.release()
      try {
        await using archive = await openArchive(await current.path, project, concurrency())
        await extractArchive(archive, environment, project, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!isOurs(error)) throw error
        await current.held.log.helper.fatal(error.message)
        throw new JobFailure('script_failure', 'exit code 1', { exitCode: 1, cause: error })
      }
      await current[Symbol.asyncDispose]()
    }
  })
}

const isOurs = (error: unknown): error is Error =>
  [ArchiveProblem, BadSetting, ProgramFailed, NotAvailable].some((kind) => error instanceof kind)

/** An archive on its way. Disposing gives it up, and removes what is there of it. */
interface Coming extends AsyncDisposable {
  readonly held: HeldLog
  /** Where it lies once it is here. */
  readonly path: Promise<string>
}

function begin(dependency: JobDependency, parts: Omit<Fetch, 'folder' | 'dependency'>): Coming {
  const held = heldLog(parts.log)
  const gaveUp = new AbortController()
  const signal = AbortSignal.any([parts.signal, gaveUp.signal])
  // A zip's table of contents stands at its end, so extraction waits for the last byte.
  const folder = stagingFolder(parts.context)
  const fetched = (async () => {
    await held.log.notice(`Downloading artifacts for ${dependency.name} (${dependency.id})...`)
    const path = join((await folder).path, 'artifacts')
    await fetchArtifact(path, { ...parts, folder: await folder, dependency, log: held.log, signal })
    return path
  })()
  // Whoever waits for it hears of a failure; an archive that was given up is nobody's.
  fetched.catch(() => undefined)
  return {
    held,
    path: fetched,
    async [Symbol.asyncDispose]() {
      gaveUp.abort()
      await fetched.catch(() => undefined)
      await (await folder.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}
