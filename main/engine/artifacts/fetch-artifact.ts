import type { Clock } from '../clock.ts'
import type { ArtifactGateway, DownloadAnswer } from '../gitlab/artifact-port.ts'
import type { JobContext } from '../job/context.ts'
import type { JobDependency } from '../job/job.ts'
import { shortToken } from '../variables/identifiers.ts'
import type { LogFields, StageLog } from './helper-log.ts'
import { receive } from './receive-content.ts'
import { fullDisk, type StagingFolder } from './staging.ts'

const tries = 3
const retryDelay = 1000

/** GitLab does not hand the artifacts out. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable'
}

export interface Fetch {
  readonly folder: StagingFolder
  readonly context: JobContext
  readonly gateway: ArtifactGateway
  readonly dependency: JobDependency
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep'>
}

/**
 * Fetches the artifacts of one job into a file, telling the log how it went.
 * @throws NotAvailable when GitLab does not hand them out; ArchiveProblem when the disk is full.
 */
export async function fetchArtifact(
  path: string,
  { folder, context, gateway, dependency, log, signal, clock }: Fetch,
): Promise<void> {
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
      case 'content':
        if (answer.directFrom !== undefined)
          await log.helper.info(`Direct download from ${answer.directFrom}`)
        try {
          // What did not work in pieces is not tried so again.
          const inPieces = tried === 1
          await receive(path, answer, context, { inPieces, log, signal, clock })
          await log.helper.info(`${prefix} ok`, fields)
          return
        } catch (error) {
          signal.throwIfAborted()
          const full = fullDisk(error, folder)
          if (full) throw full
          problem = (error as Error).message
        }
        break
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
