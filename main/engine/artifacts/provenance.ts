import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { Readable } from 'node:stream'

import type { JobContext } from '../job/context.ts'
import type { JobArtifact } from '../job/job.ts'
import type { JobEnvironment } from '../job/ports.ts'
import { environmentOf } from './expand-words.ts'
import type { HelperLog } from './helper-log.ts'
import type { FileKind } from './list-files.ts'
import { provenanceDocument, type Subject } from './provenance-document.ts'
import { entriesOf, readFiles } from './read-files.ts'
import { runProgram } from './run-program.ts'
import { selectionRules } from './select-files.ts'
import { writeTar } from './write-tar.ts'

/** Whether a statement goes into this archive: asked for by a variable of the payload, and a zip (§14). */
export function wantsProvenance({ job }: Pick<JobContext, 'job'>, { format }: JobArtifact): boolean {
  return format === 'zip' && isTrue(payloadValue(job, 'RUNNER_GENERATE_ARTIFACTS_METADATA'))
}

export interface ProvenanceOptions {
  readonly context: JobContext
  readonly environment: JobEnvironment
  readonly artifact: JobArtifact
  /** Of the artifact, variables replaced. */
  readonly name: string
  readonly files: ReadonlyMap<string, FileKind>
  readonly log: HelperLog
  readonly signal: AbortSignal
  readonly now: () => number
}

/**
 * Writes the statement about the selected files into the project.
 * @returns the paths to archive, the statement's among them unless it is excluded.
 */
export async function withProvenance(options: ProvenanceOptions): Promise<readonly string[]> {
  const { context, environment, artifact, name, files, log, signal, now } = options
  const { project } = context.dirs
  const finishedAt = now()
  await log.info('Generating artifacts statement')
  const asked = payloadValue(context.job, 'SLSA_PROVENANCE_SCHEMA_VERSION') || 'unknown'
  if (asked !== 'v1' && asked !== 'v0.2') {
    await log.warning(`Unknown SLSA provenance version ${asked}, defaulting to v1`)
  }
  const document = provenanceDocument(context, {
    subjects: await subjectsOf(environment, project, files, signal),
    schema: asked === 'v0.2' ? 'v0.2' : 'v1',
    startedAt: Date.parse(context.variables.get('CI_JOB_STARTED_AT')) || finishedAt,
    finishedAt,
    image: environment.image,
  })

  const path = `${posix.basename(name) || 'artifacts'}-metadata.json`
  const content = Buffer.from(`${JSON.stringify(document, null, 1)}\n`)
  const archive = writeTar(oneFile(path, content, Math.floor(finishedAt / 1000)))
  await runProgram(
    environment,
    ['tar', '-x', '-p', '-f', '-'],
    { stdin: Readable.from(archive, { objectMode: false }), workingDir: project },
    signal,
  )
  const isExcluded = selectionRules(artifact, project, environmentOf(context.variables)).exclude.some(
    ({ matches }) => matches(path),
  )
  const paths = [...files.keys()].filter((other) => other !== path)
  return isExcluded ? paths : [...paths, path].toSorted()
}

async function subjectsOf(
  environment: JobEnvironment,
  projectDir: string,
  files: ReadonlyMap<string, FileKind>,
  signal: AbortSignal,
): Promise<readonly Subject[]> {
  const paths = [...files].filter(([, kind]) => kind === 'file').map(([path]) => path)
  const subjects: Subject[] = []
  for await (const entry of entriesOf(readFiles({ environment, projectDir, paths, signal }))) {
    if (entry.kind !== 'file') continue
    const hash = createHash('sha256')
    for await (const chunk of entry.content) hash.update(chunk)
    subjects.push({ name: entry.path, digest: { sha256: hash.digest('hex') } })
  }
  return subjects
}

async function* oneFile(path: string, bytes: Buffer, mtime: number) {
  const content = Readable.from([bytes])
  yield {
    kind: 'file',
    path,
    mode: 0o644,
    mtime,
    uid: 0,
    gid: 0,
    size: bytes.length,
    bytes,
    content,
  } as const
}

// Only what GitLab sent counts: a variable of the runner's own configuration does not switch this on.
const payloadValue = ({ variables }: JobContext['job'], key: string) =>
  variables.findLast((variable) => variable.key === key)?.value ?? ''

/** The lax boolean of job-execution.md §3.1. */
const isTrue = (value: string) =>
  value.toLowerCase() === 'true' || (/^[+-]?\d+$/.test(value) && Number(value) === 1)
