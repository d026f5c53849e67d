import type { JobContext } from '../job/context.ts'
import type { JobImageInfo } from '../job/ports.ts'
import { architecture, compatibleVersion, revision } from '../version.ts'

export interface Subject {
  /** Path relative to the project. */
  readonly name: string
  readonly digest: { readonly sha256: string }
}

export interface ProvenanceFacts {
  readonly subjects: readonly Subject[]
  readonly schema: 'v1' | 'v0.2'
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly finishedAt: number
  /** What the scripts ran in, where it is known exactly. */
  readonly image?: JobImageInfo | undefined
}

type Facts = Pick<JobContext, 'job' | 'runner' | 'variables' | 'toolchains'>

/**
 * The statement of where an artifact comes from (job-execution.md §14). Of variables it has the names only.
 * @returns an in-toto statement with a SLSA predicate, to be written as JSON.
 */
export function provenanceDocument(context: Facts, facts: ProvenanceFacts): unknown {
  return facts.schema === 'v1' ? documentV1(context, facts) : documentV02(context, facts)
}

function documentV1(context: Facts, { subjects, startedAt, finishedAt, image }: ProvenanceFacts) {
  const { job, runner, variables } = context
  const source = repositoryOf(job.git.repoUrl)
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: subjects,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: buildType(),
        externalParameters: { ...parametersOf(job), entryPoint: job.info.name, source },
        internalParameters: {
          architecture,
          executor: runner.executor,
          job: String(job.id),
          name: runner.name,
        },
        resolvedDependencies: materialsOf(context, image),
      },
      runDetails: {
        builder: {
          id: `${source}/-/runners/${variables.get('CI_RUNNER_ID')}`,
          version: { 'gitlab-runner': version() },
        },
        metadata: {
          finishedOn: instant(finishedAt),
          invocationId: String(job.id),
          startedOn: instant(startedAt),
        },
      },
    },
  }
}

function documentV02(context: Facts, { subjects, startedAt, finishedAt, image }: ProvenanceFacts) {
  const { job, runner, variables } = context
  const source = repositoryOf(job.git.repoUrl)
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: subjects,
    predicate: {
      builder: { id: `${source}/-/runners/${variables.get('CI_RUNNER_ID')}` },
      buildType: buildType(),
      invocation: {
        configSource: { uri: source, digest: { sha256: job.git.sha }, entryPoint: job.info.name },
        parameters: parametersOf(job),
        environment: { name: runner.name, executor: runner.executor, architecture, job: { id: job.id } },
      },
      metadata: {
        buildStartedOn: instant(startedAt),
        buildFinishedOn: instant(finishedAt),
        reproducible: false,
        completeness: { parameters: true, environment: true, materials: false },
      },
      materials: materialsOf(context, image),
    },
  }
}

interface Material {
  readonly digest: { readonly sha256: string }
  readonly uri: string
}

/** What the artifact is made of and with: the repository, the image, and the toolchains whose content is known. */
const materialsOf = (
  { job, toolchains = [] }: Facts,
  image: JobImageInfo | undefined,
): readonly Material[] => [
  { digest: { sha256: job.git.sha }, uri: repositoryOf(job.git.repoUrl) },
  ...(image ? [{ digest: { sha256: image.digest }, uri: `docker://${image.name}` }] : []),
  ...toolchains.flatMap(({ name, version, fingerprint }) =>
    fingerprint === undefined
      ? []
      : [
          {
            digest: { sha256: fingerprint },
            uri: `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`,
          },
        ],
  ),
]

const parametersOf = ({ variables }: JobContext['job']) =>
  Object.fromEntries(variables.map(({ key }) => [key, '']))

const version = () => (compatibleVersion.startsWith('v') ? compatibleVersion : revision)

const buildType = () => `https://gitlab.com/gitlab-org/gitlab-runner/-/blob/${version()}/PROVENANCE.md`

const instant = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

function repositoryOf(repoUrl: string): string {
  const url = URL.parse(repoUrl)
  return url ? `${url.protocol}//${url.host}${url.pathname.replace(/\.git$/, '')}` : ''
}
