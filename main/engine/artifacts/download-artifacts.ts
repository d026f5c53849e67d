import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { systemClock, type Clock } from '../clock.ts'
import type { ArtifactGateway, DownloadAnswer } from '../gitlab/artifact-port.ts'
import type { JobContext } from '../job/context.ts'
import type { JobDependency } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobOutput } from '../job/ports.ts'
import { shortToken } from '../variables/identifiers.ts'
import { archiveSettings, BadSetting, extractorConcurrency } from './archive-settings.ts'
import { extractArchive } from './extract-archive.ts'
import { withStageLog, type LogFields, type StageLog } from './helper-log.ts'
import { openArchive } from './open-archive.ts'
import { ArchiveProblem } from './archive-problem.ts'
import { ProgramFailed } from './run-program.ts'
import { fullDisk, stagingFolder, type StagingFolder } from './staging.ts'
import { metered } from './transfer-meter.ts'

const tries = 3
const retryDelay = 1000

/**
 * The stage that fetches the artifacts of the jobs this one depends on, in order, later files over earlier ones
 * (job-execution.md §11.5).
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
  await withStageLog(output, async (log) => {
    for (const dependency of context.job.dependencies) {
      if (!dependency.artifacts?.filename) continue
      signal.throwIfAborted()
      await log.notice(`Downloading artifacts for ${dependency.name} (${dependency.id})...`)
      try {
        // A zip's table of contents stands at its end, so extraction waits for the last byte.
        await using folder = await stagingFolder(context)
        const path = join(folder.path, 'artifacts')
        await fetchTo(path, { folder, context, gateway, dependency, log, signal, clock })
        await using archive = await openArchive(path, context.dirs.project, extractorConcurrency(context))
        await extractArchive(archive, environment, context.dirs.project, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!isOurs(error)) throw error
        await log.helper.fatal(error.message)
        throw new JobFailure('script_failure', 'exit code 1', { exitCode: 1, cause: error })
      }
    }
  })
}

/** GitLab does not hand the artifacts out. */
class NotAvailable extends Error {}

const isOurs = (error: unknown): error is Error =>
  [ArchiveProblem, BadSetting, ProgramFailed, NotAvailable].some((kind) => error instanceof kind)

interface Fetch {
  readonly folder: StagingFolder
  readonly context: JobContext
  readonly gateway: ArtifactGateway
  readonly dependency: JobDependency
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep'>
}

async function fetchTo(
  path: string,
  { folder, context, gateway, dependency, log, signal, clock }: Fetch,
): Promise<void> {
  const { meterInterval } = archiveSettings(context, 'ARTIFACT_COMPRESSION_LEVEL')
  const allowsDirect = context.flags.get('FF_USE_DIRECT_DOWNLOAD') ?? true
  const prefix = 'Downloading artifacts from coordinator...'

  for (let tried = 1; ; tried += 1) {
    const answer = await gateway.download(
      dependency,
      allowsDirect && tried === 1 ? 'storage' : 'gitlab',
      signal,
    )
    const fields = fieldsOf(dependency, answer)
    let problem: string
    switch (answer.kind) {
      case 'content': {
        if (answer.directFrom !== undefined)
          await log.helper.info(`Direct download from ${answer.directFrom}`)
        const { size: total, content } = answer
        const label = 'Downloading artifacts'
        const meter = {
          label,
          interval: meterInterval,
          log: log.meter,
          ...(total !== undefined && { total }),
        } as const
        try {
          await pipeline(metered(content as AsyncIterable<Buffer>, meter), createWriteStream(path), {
            signal,
          })
          await log.helper.info(`${prefix} ok`, fields)
          return
        } catch (error) {
          signal.throwIfAborted()
          const full = fullDisk(error, folder)
          if (full) throw full
          problem = (error as Error).message
        } finally {
          content.destroy()
        }
        break
      }
      case 'forbidden':
        await log.helper.error(`${prefix} ${words(answer.status)}`, { ...fields, status: answer.problem })
        throw new NotAvailable('permission denied')
      case 'not-found':
        await log.helper.error(`${prefix} ${words(answer.status)}`, { ...fields, status: answer.problem })
        throw new NotAvailable('file does not exist')
      case 'refused':
      case 'no-answer':
        ;({ problem } = answer)
    }
    await log.helper.warning(`${prefix} failed`, { ...fields, status: problem })
    if (tried >= tries) throw new NotAvailable('invalid argument')
    await log.helper.warning('Retrying...', { context: 'artifacts-downloader', error: 'invalid argument' })
    await clock.sleep(retryDelay, signal)
  }
}

/** `404 Not Found` → `not found`. */
const words = (status: string) => status.replace(/^\d+ /, '').toLowerCase()

function fieldsOf({ id, token }: JobDependency, answer: DownloadAnswer): LogFields {
  return {
    id,
    token: shortToken(token),
    ...(answer.kind === 'content' && answer.directFrom !== undefined && { host: answer.directFrom }),
    ...(answer.kind !== 'no-answer' && {
      correlation_id: answer.correlationId,
      responseStatus: answer.status,
    }),
  }
}
