import { z } from 'zod'

import { parseDuration } from './duration.ts'
import { reportTypes } from './report-types.ts'

/** The keywords of `.gitlab-ci.yml` this server understands, each with the shapes GitLab allows. */

const oneOrMore = <T extends z.ZodType>(item: T, error: string) =>
  z.union([item, z.array(item)], { error }).transform((value) => (Array.isArray(value) ? value : [value]))

/** A text alone stands for a map with that text under `key`. */
const shortFor = <T extends z.ZodType>(key: string, map: T) =>
  z.preprocess((value) => (typeof value === 'string' ? { [key]: value } : value), map)

/** One map alone stands for a list of it. */
const listed = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item))

const strings = (what: string) => oneOrMore(z.string(), `${what} must be a text or a list of texts`)
const list = (what: string) => z.array(z.string(), { error: `${what} must be a list of texts` })

type Lines = string | readonly Lines[]
const nestedLines: z.ZodType<Lines> = z.lazy(() => z.union([z.string(), z.array(nestedLines)]))
const flatten = (lines: Lines): string[] => (typeof lines === 'string' ? [lines] : lines.flatMap(flatten))
const script = z
  .union([z.string(), z.array(nestedLines)], {
    error:
      'must be a command or a list of commands; quote one that holds ": " or starts with a special character',
  })
  .transform(flatten)

const scalar = z
  .union([z.string(), z.number()], {
    error: 'must be a text or a number; quote true, false, yes, no and dates',
  })
  .transform(String)
const isMap = (value: unknown) => typeof value === 'object' && value !== null && !(value instanceof Date)
const variableName = z.string().regex(/^\w+$/, 'a variable name has letters, digits and underscores only')
const variables = z
  .record(
    variableName,
    z.preprocess(
      (value) => (isMap(value) ? value : { value }),
      z.strictObject({
        value: scalar,
        expand: z.boolean().default(true),
        description: z.string().optional(),
      }),
    ),
  )
  .transform((map) => Object.entries(map).map(([key, { value, expand }]) => ({ key, value, raw: !expand })))

const pullPolicy = oneOrMore(
  z.enum(['always', 'if-not-present', 'never']),
  'must be always, if-not-present or never, or a list of these',
)
const docker = z.strictObject({ platform: z.string().optional(), user: z.string().optional() })
const imageKeys = {
  name: z.string(),
  entrypoint: strings('entrypoint').optional(),
  pull_policy: pullPolicy.optional(),
  docker: docker.optional(),
}
const image = shortFor('name', z.strictObject(imageKeys))
const service = shortFor(
  'name',
  z.strictObject({
    ...imageKeys,
    alias: z.string().optional(),
    command: strings('command').optional(),
    variables: variables.optional(),
  }),
)

const duration = z
  .union([z.string(), z.number().transform(String)])
  .refine((text) => parseDuration(text) !== undefined, 'must be a duration, such as "1h 30m"')
const expiry = z
  .string()
  .refine(
    (text) => text === 'never' || parseDuration(text) !== undefined,
    'must be a duration, such as "1 week", or never',
  )
const when = z.enum(['on_success', 'on_failure', 'always'])

const reports = z
  .partialRecord(z.enum(Object.keys(reportTypes)), strings('a report'))
  .transform((map) => Object.entries(map).map(([type, paths]) => ({ type, paths: paths ?? [] })))

const artifacts = z.strictObject({
  paths: list('paths').optional(),
  exclude: list('exclude').optional(),
  name: z.string().optional(),
  untracked: z.boolean().default(false),
  when: when.default('on_success'),
  expire_in: expiry.optional(),
  reports: reports.optional(),
})

const cache = z.strictObject({
  key: z.string({ error: 'this server understands only a text as cache key' }).default('default'),
  fallback_keys: list('fallback_keys').default([]),
  paths: list('paths').optional(),
  untracked: z.boolean().default(false),
  // A variable is allowed here; the runner judges the word.
  policy: z.string().default('pull-push'),
  when: when.default('on_success'),
  unprotect: z.boolean().default(false),
})

const hooks = z.strictObject({ pre_get_sources_script: script.optional() })

/** What `default:` may hold, and a job too. */
const inheritable = {
  image: image.optional(),
  services: z.array(service).optional(),
  before_script: script.optional(),
  after_script: script.optional(),
  tags: list('tags').optional(),
  artifacts: artifacts.optional(),
  cache: listed(cache).optional(),
  timeout: duration.optional(),
  hooks: hooks.optional(),
}

export const defaultKeywords = z.strictObject(inheritable)

export const globalKeywords = z.strictObject({
  stages: list('stages').optional(),
  default: defaultKeywords.optional(),
  variables: variables.optional(),
  image: inheritable.image,
  services: inheritable.services,
  before_script: inheritable.before_script,
  after_script: inheritable.after_script,
  cache: inheritable.cache,
})

const need = shortFor('job', z.strictObject({ job: z.string(), artifacts: z.boolean().default(true) }))
const exitCode = z.int().min(0).max(255)

export const jobKeywords = z.strictObject({
  ...inheritable,
  script,
  stage: z.string().default('test'),
  variables: variables.optional(),
  needs: z.array(need).optional(),
  dependencies: list('dependencies').optional(),
  when: z.enum(['on_success', 'on_failure', 'always', 'manual']).default('on_success'),
  allow_failure: z
    .union([
      z.boolean(),
      z.strictObject({ exit_codes: oneOrMore(exitCode, 'must be an exit code or a list of these') }),
    ])
    .optional(),
})

export type ImageSpec = z.output<typeof image>
export type ServiceSpec = z.output<typeof service>
export type ArtifactsSpec = z.output<typeof artifacts>
export type CacheSpec = z.output<typeof cache>
export type VariableSpec = z.output<typeof variables>[number]
export type JobKeywords = z.output<typeof jobKeywords>
export type GlobalKeywords = z.output<typeof globalKeywords>
