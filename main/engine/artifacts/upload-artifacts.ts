import { systemClock, type Clock } from '../clock.ts'
import type { ArtifactGateway, UploadAnswer } from '../gitlab/artifact-port.ts'
import type { JobContext } from '../job/context.ts'
import type { JobArtifact } from '../job/job.ts'
import { JobFailure } from '../job/outcome.ts'
import type { JobEnvironment, JobOutput } from '../job/ports.ts'
import { shortToken } from '../variables/identifiers.ts'
import { archiveSettings, BadSetting, type ArchiveSettings } from './archive-settings.ts'
import { writeArchive } from './archive.ts'
import { expandedName, filenameOf } from './artifact-name.ts'
import { collectFiles } from './collect-files.ts'
import { artifactsFor, type JobResult } from './due.ts'
import { environmentOf } from './expand-words.ts'
import { withStageLog, type LogFields, type StageLog } from './helper-log.ts'
import { wantsProvenance, withProvenance } from './provenance.ts'
import { ArchiveProblem } from './archive-problem.ts'
import { readFiles } from './read-files.ts'
import { ProgramFailed } from './run-program.ts'
import { stageArchive, stagingDir, stagingFolder } from './staging.ts'
import { metered } from './transfer-meter.ts'

const triesOf = { unavailable: 6, other: 3 } as const
const retryDelays = [1000, 2000, 4000, 5000] as const

/**
 * The stage that uploads artifacts: every entry due after such a result, in order, until one fails
 * (job-execution.md §11.1).
 * @throws JobFailure `script_failure` with exit code 1 when an upload fails; the log has the reason.
 */
export async function uploadArtifacts(
  context: JobContext,
  environment: JobEnvironment,
  output: JobOutput,
  gateway: ArtifactGateway,
  result: JobResult,
  signal: AbortSignal,
  clock: Pick<Clock, 'sleep' | 'now'> = systemClock,
): Promise<void> {
  await withStageLog(output, async (log) => {
    for (const artifact of artifactsFor(context.job, result)) {
      signal.throwIfAborted()
      await log.notice('Uploading artifacts...')
      const upload = { context, environment, gateway, artifact, log, signal, clock }
      await uploadOne(upload).catch((error: unknown) => endStage(error, log))
    }
  })
}

/** What ends the helper program ends the stage with exit code 1; everything else is not for us to judge. */
async function endStage(error: unknown, log: StageLog): Promise<never> {
  if (
    !(error instanceof ArchiveProblem || error instanceof BadSetting || error instanceof ProgramFailed) &&
    !(error instanceof GivenUp)
  ) {
    throw error
  }
  await log.helper.fatal(error.message)
  throw new JobFailure('script_failure', 'exit code 1', { exitCode: 1, cause: error })
}

/** GitLab does not take the artifact. */
class GivenUp extends Error {}

interface Upload {
  readonly context: JobContext
  readonly environment: JobEnvironment
  readonly gateway: ArtifactGateway
  readonly artifact: JobArtifact
  readonly log: StageLog
  readonly signal: AbortSignal
  readonly clock: Pick<Clock, 'sleep' | 'now'>
}

async function uploadOne(upload: Upload): Promise<void> {
  const { context, environment, artifact, log, signal, clock } = upload
  const settings = archiveSettings(context, 'ARTIFACT_COMPRESSION_LEVEL')
  for (const warning of settings.warnings) await log.helper.warning(warning)
  const { name, problem } = expandedName(artifact, environmentOf(context.variables))
  if (problem !== undefined) await log.helper.warning(problem)

  const found = await collectFiles(context, environment, artifact, log.helper, signal)
  const files = new Map([...found].filter(([, kind]) => kind !== 'special'))
  if (files.size === 0) {
    await log.helper.error('No files to upload')
    return
  }
  if (artifact.format === 'raw' && files.size > 1)
    throw new ArchiveProblem('only one file can be sent as raw')
  const paths = wantsProvenance(context, artifact)
    ? await withProvenance({ ...upload, name, files, log: log.helper, now: () => clock.now() })
    : [...files.keys()]
  await send(upload, settings, filenameOf(name, artifact.format), paths)
}

async function send(
  { context, environment, gateway, artifact, log, signal, clock }: Upload,
  settings: ArchiveSettings,
  filename: string,
  paths: readonly string[],
): Promise<void> {
  const { job, dirs } = context
  const words = artifact.type === '' ? 'Uploading artifacts' : `Uploading artifacts as "${artifact.type}"`
  const prefix = `${words} to coordinator...`
  const onRemark = (text: string) => log.helper.warning(text)
  const make = () => {
    const from = { environment, projectDir: dirs.project, paths, signal, onRemark }
    return writeArchive((takeBlock) => readFiles({ ...from, takeBlock }), artifact.format || 'zip', settings)
  }
  await using folder = stagingDir(context) === undefined ? undefined : await stagingFolder(context)
  const archive = folder ? await stageArchive(folder, make(), signal) : make
  const content = () =>
    metered(archive(), {
      label: 'Uploading artifacts',
      interval: settings.meterInterval,
      log,
    })
  let origin: string | undefined

  for (let tried = 1; ; tried += 1) {
    const { type, format, expireIn } = artifact
    const moved = origin !== undefined && { origin }
    const answer = await gateway.upload(job, { type, format, expireIn, filename, content, ...moved }, signal)
    const fields = fieldsOf(context, answer)
    const problem = await tell(answer, prefix, log, fields)
    if (problem === undefined) return
    if (answer.kind === 'moved') ({ origin } = answer)
    if (tried >= (answer.kind === 'unavailable' ? triesOf.unavailable : triesOf.other))
      throw new GivenUp(problem)

    await log.helper.warning('Retrying...', { context: 'artifacts-uploader', error: problem })
    await clock.sleep(retryDelays[Math.min(tried, retryDelays.length) - 1] ?? 0, signal)
  }
}

/** Writes what GitLab said. @returns `undefined` when it took the artifact, else why not; throws where that is final. */
async function tell(
  answer: UploadAnswer,
  prefix: string,
  { helper }: StageLog,
  fields: LogFields,
): Promise<string | undefined> {
  switch (answer.kind) {
    case 'stored':
      await helper.info(`${prefix} ${answer.status}`, fields)
      return undefined
    case 'moved':
      await helper.info('Upload request redirected', { ...fields, 'new-url': answer.origin })
      return 'redirected'
    case 'forbidden':
      await helper.error(`${prefix} ${answer.status}`, { ...fields, status: answer.problem })
      throw new GivenUp('permission denied')
    case 'too-large':
      await helper.error(`${prefix} ${answer.status}`, { ...fields, status: answer.problem })
      throw new GivenUp('too large')
    case 'unavailable':
      await helper.error(`${prefix} ${answer.status}`, { ...fields, status: answer.problem })
      return 'service unavailable'
    case 'refused':
      await helper.warning(`${prefix} ${answer.status}`, { ...fields, status: answer.problem })
      return answer.problem
    case 'no-answer':
      await helper.error(`${prefix} error`, { ...fields, error: answer.problem })
      return answer.problem
  }
}

function fieldsOf({ job }: JobContext, answer: UploadAnswer): LogFields {
  return {
    id: job.id,
    token: shortToken(job.token),
    ...(answer.kind !== 'no-answer' && {
      correlation_id: answer.correlationId,
      responseStatus: answer.status,
    }),
  }
}
