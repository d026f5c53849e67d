import { say } from '../../contract/sentences/say.ts'
import { hasRun } from './payload-rules.ts'
import type { ImagePayload, Payload } from './payload-schema.ts'

/** Linux starts no program with a single `KEY=value` of this many bytes (MAX_ARG_STRLEN). */
const longestVariable = 128 * 1024

const knownOptions: Readonly<Record<string, readonly string[]>> = {
  docker: ['platform', 'user'],
  kubernetes: ['user'],
}

/** Everything a well-formed payload asks for that this runner cannot do, each as a sentence for the job's log. */
export function unsupportedIn(payload: Payload): readonly string[] {
  return [
    ...runProblems(payload),
    ...secretProblems(payload),
    ...variableProblems(payload),
    ...(payload.image ? optionProblems(payload.image, 'image') : []),
    ...payload.services.flatMap((service, index) => optionProblems(service, `services[${index}]`)),
  ]
}

function runProblems(payload: Payload): readonly string[] {
  if (!hasRun(payload)) return []
  const problems = [`${say('payload-run')}.`]
  if (payload.steps.some(({ script }) => script.length > 0)) problems.push(`${say('payload-run-script')}.`)
  if (payload.variables.some(({ key }) => key === 'STEPS')) {
    problems.push(`${say('payload-run-steps')}.`)
  }
  return problems
}

const providers = [
  'vault',
  'gcp_secret_manager',
  'azure_key_vault',
  'aws_secrets_manager',
  'gitlab_secrets_manager',
] as const

function secretProblems({ secrets }: Payload): readonly string[] {
  // One without a known provider is skipped by the reference as well.
  const names = Object.entries(secrets)
    .filter(([, secret]) => isMap(secret) && providers.some((provider) => isMap(secret[provider])))
    .map(([name]) => name)
  if (names.length === 0) return []
  return [`${say('payload-secrets', { names: names.join(', ') })}.`]
}

function variableProblems({ variables }: Payload): readonly string[] {
  return variables
    .filter(
      ({ key, value, file }) =>
        !file && Buffer.byteLength(key) + Buffer.byteLength(value) + 2 > longestVariable,
    )
    .map(({ key, value }) => `${say('payload-variable', { key, bytes: Buffer.byteLength(value) })}.`)
}

function optionProblems({ executor_opts: options }: ImagePayload, where: string): readonly string[] {
  return Object.entries(options).flatMap(([executor, value]) => {
    const known = Object.hasOwn(knownOptions, executor) ? knownOptions[executor] : undefined
    const field = `${where}.executor_opts.${executor}`
    if (!known) return [noOption(field, Object.keys(knownOptions))]
    if (value === null) return []
    if (!isMap(value)) return [`${say('payload-map', { field })}.`]
    return Object.entries(value).flatMap(([key, option]) => {
      if (!known.includes(key)) return [noOption(`${field}.${key}`, known)]
      const isFine =
        option === null || typeof option === 'string' || (key === 'user' && Number.isInteger(option))
      return isFine
        ? []
        : [`${say(key === 'user' ? 'payload-user' : 'payload-text', { field: `${field}.${key}` })}.`]
    })
  })
}

const noOption = (field: string, known: readonly string[]) =>
  `${say('payload-option', { field, known: known.join(', ') })}.`

/** `executor_opts.docker`, empty words and unknown shapes left out. */
export function dockerOptions({ executor_opts: options }: ImagePayload) {
  const docker = isMap(options['docker']) ? options['docker'] : {}
  const { platform, user } = docker
  return {
    platform: typeof platform === 'string' && platform !== '' ? platform : undefined,
    user: (typeof user === 'string' && user !== '') || typeof user === 'number' ? String(user) : undefined,
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
