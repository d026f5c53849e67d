import type { z } from 'zod'

import { runnerSchema } from '../../main/engine/config/schema.ts'
import type { JobContext } from '../../main/engine/job/context.ts'
import type { Job, JobArtifact, JobVariable } from '../../main/engine/job/job.ts'
import { createJobContext, type JobContextParts } from '../../main/engine/variables/job-context.ts'

/** A job as GitLab may send it; what is given wins. */
export function aPayload(given: Partial<Job> = {}): Job {
  return {
    id: 7031,
    token: 'glcbt-64_kQx3vR9sWbN1mYtZpLfE',
    allowGitFetch: true,
    info: {
      name: 'test:unit',
      stage: 'test',
      projectId: 42,
      projectName: 'shop',
      projectFullPath: 'acme/web/shop',
      pipelineId: 912,
    },
    git: {
      repoUrl: 'https://gitlab-ci-token:glcbt-64_kQx3vR9sWbN1mYtZpLfE@gitlab.example.com/acme/web/shop.git',
      objectFormat: 'sha1',
      ref: 'main',
      sha: '9f1c0e2d4b6a8c0e2f4a6b8c0d2e4f60718293a4',
      beforeSha: '0000000000000000000000000000000000000000',
      refspecs: ['+refs/pipelines/912:refs/pipelines/912', '+refs/heads/main:refs/remotes/origin/main'],
      depth: 20,
      protected: false,
    },
    timeout: 3600,
    variables: [],
    steps: [],
    hooks: [],
    image: undefined,
    services: [],
    artifacts: [],
    caches: [],
    credentials: [],
    dependencies: [],
    features: { traceSections: false, tokenMaskPrefixes: [], failureReasons: [] },
    unsupported: [],
    ...given,
  }
}

/** A variable as the payload carries it. */
export function aVariable(key: string, value: string, given: Partial<JobVariable> = {}): JobVariable {
  return { key, value, public: true, masked: false, file: false, raw: false, ...given }
}

/** Variables from a record, in its order. */
export function variables(values: Readonly<Record<string, string>>): readonly JobVariable[] {
  return Object.entries(values).map(([key, value]) => aVariable(key, value))
}

export function aRunner(given: Partial<z.input<typeof runnerSchema>> = {}) {
  return runnerSchema.parse({
    name: 'workshop',
    url: 'https://gitlab.example.com',
    token: 'glrt-t1_AbCdEfGhIjKlMnOp',
    executor: 'docker',
    docker: { image: 'alpine:3' },
    ...given,
  })
}

export type GivenParts = Partial<Omit<JobContextParts, 'job' | 'runner'>> & {
  readonly job?: Partial<Job> | undefined
  readonly runner?: Partial<z.input<typeof runnerSchema>> | undefined
}

/** What a job leaves behind, all files of `out` in a zip unless told otherwise. */
export const anArtifact = (given: Partial<JobArtifact> = {}): JobArtifact => ({
  name: '',
  untracked: false,
  paths: ['out'],
  exclude: [],
  when: 'always',
  expireIn: '',
  type: 'archive',
  format: 'zip',
  ...given,
})

/** The context of a job and the warnings about its variables. */
export function prepareContext({ job, runner, ...given }: GivenParts = {}) {
  return createJobContext({
    job: aPayload(job),
    runner: aRunner(runner),
    systemId: 's_0123456789ab',
    concurrentId: 0,
    concurrentProjectId: 0,
    correlationId: '',
    tls: {},
    imageName: 'alpine:3',
    ...given,
  })
}

export function aContext(given: GivenParts = {}): JobContext {
  return prepareContext(given).context
}
