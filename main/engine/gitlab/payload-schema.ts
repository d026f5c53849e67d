import { z } from 'zod'

import { flag, listOf, mapOfUnknown, struct, text, texts, whole, wordOf } from './payload-values.ts'

const variables = listOf(
  struct({ key: text, value: text, public: flag, masked: flag, file: flag, raw: flag }),
)

const imageMembers = {
  name: text,
  alias: text,
  entrypoint: texts,
  command: texts,
  pull_policy: texts,
  executor_opts: mapOfUnknown,
}

const when = wordOf(['on_success', 'on_failure', 'always'])

const input = z.object({
  key: text,
  value: z
    .object({
      type: z.enum(['string', 'number', 'boolean', 'array', 'struct']),
      content: z.unknown().optional(),
      sensitive: flag,
    })
    .refine(({ type, content }) => contentIs[type](content), { error: 'content does not match its type' }),
})

const contentIs = {
  string: (content: unknown) => typeof content === 'string',
  number: (content: unknown) => typeof content === 'number',
  boolean: (content: unknown) => typeof content === 'boolean',
  array: (content: unknown) => Array.isArray(content),
  struct: (content: unknown) => typeof content === 'object' && content !== null && !Array.isArray(content),
}

/** Names the job; checked first, so that everything else that is wrong can be reported. */
export const identitySchema = z.object({
  id: z.int().positive(),
  // It goes into a header as it is.
  token: z.string().regex(/^[\x21-\x7e]+$/, { error: 'must be printable characters without spaces' }),
})

/** The payload as GitLab spells it (coordinator-api.md §6). */
export const payloadSchema = z.object({
  allow_git_fetch: flag,
  job_info: struct({
    name: text,
    stage: text,
    project_id: z.int().nullish(),
    project_name: text,
    project_full_path: text,
    time_in_queue_seconds: z.number().nonnegative().nullish().catch(undefined),
    pipeline_id: whole,
  }),
  git_info: struct({
    repo_url: text,
    repo_object_format: wordOf(['sha1', 'sha256']),
    ref: text,
    sha: text,
    before_sha: text,
    refspecs: texts,
    depth: whole,
    protected: z.boolean().nullish(),
  }),
  runner_info: struct({ timeout: whole }),
  variables,
  steps: listOf(struct({ name: text, script: texts })),
  // A string holding JSON. It is only asked whether there is any.
  run: z.unknown().optional(),
  hooks: listOf(struct({ name: text, script: texts })),
  image: z.object(imageMembers).nullish(),
  services: listOf(struct({ ...imageMembers, variables })),
  artifacts: listOf(
    struct({
      name: text,
      untracked: flag,
      paths: texts,
      exclude: texts,
      when,
      expire_in: text,
      artifact_type: text,
      artifact_format: z
        .enum(['', 'zip', 'gzip', 'raw', 'zipzstd', 'tarzstd'])
        .nullish()
        .transform((value) => value ?? ''),
    }),
  ),
  cache: listOf(
    struct({ key: text, fallback_keys: texts, policy: text, when, paths: texts, untracked: flag }),
  ),
  credentials: listOf(struct({ type: text, url: text, username: text, password: text })),
  dependencies: listOf(
    struct({
      id: whole,
      name: text,
      token: text,
      artifacts_file: struct({ filename: text, size: whole }),
    }),
  ),
  features: struct({ trace_sections: flag, token_mask_prefixes: texts, failure_reasons: texts }),
  policy_options: struct({
    execution_policy_job: flag,
    policy_name: text,
    policy_variables_override_allowed: z.boolean().nullish().catch(undefined),
    policy_variables_override_exceptions: texts,
  }),
  secrets: mapOfUnknown,
  inputs: listOf(input),
})

export type Payload = z.output<typeof payloadSchema>
export type ImagePayload = NonNullable<Payload['image']>
export type JobInput = Payload['inputs'][number]
