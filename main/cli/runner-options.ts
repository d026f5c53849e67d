import { kindOf, type Kind } from '../engine/config/schema-walk.ts'
import { cacheSchema, dockerSchema, runnerSchema } from '../engine/config/schema.ts'
import type { TomlTable, TomlValue } from '../engine/config/toml-write.ts'
import type { Option, OptionValue, OptionValues } from './option.ts'

/** An option that stands for a key of `[[runners]]`. */
export interface RunnerOption extends Option {
  /** Where its value goes, such as `['docker', 'image']`. */
  readonly key: readonly string[]
}

/** How a key's flag is named; `env: null` = it reads no environment variable. */
interface Spelling {
  readonly names?: readonly [string, ...string[]]
  readonly env?: string | null
}

/** Where a flag or its variable is not what the key's name suggests (config-toml.md §3–§5). */
const exceptions: Readonly<Record<string, Spelling>> = {
  name: { names: ['name', 'description'] },
  url: { names: ['url', 'u'], env: 'CI_SERVER_URL' },
  token: { names: ['token', 't'], env: 'CI_SERVER_TOKEN' },
  'tls-ca-file': { env: 'CI_SERVER_TLS_CA_FILE' },
  'tls-cert-file': { env: 'CI_SERVER_TLS_CERT_FILE' },
  'tls-key-file': { env: 'CI_SERVER_TLS_KEY_FILE' },
  unhealthy_interval: { env: null },
  job_status_final_update_retry_limit: { env: 'RUNNER_job_status_final_update_retry_limit' },
  clone_url: { env: 'CLONE_URL' },
  environment: { names: ['env'], env: 'RUNNER_ENV' },
  feature_flags: { env: 'FEATURE_FLAGS' },
  'custom_build_dir.enabled': { names: ['custom_build_dir-enabled'], env: 'CUSTOM_BUILD_DIR_ENABLED' },
  'docker.services_privileged': { names: ['docker-services_privileged'] },
  'docker.allowed_users': { names: ['docker-allowed_users'] },
  'docker.services_devices': { names: ['docker-services_devices'] },
  'docker.service_gpus': { names: ['docker-service_gpus'] },
  'docker.userns_mode': { names: ['docker-userns'] },
  'docker.ipcmode': { env: 'DOCKER_IPC_MODE' },
  'docker.tls_cert_path': { names: ['docker-cert-path'], env: 'DOCKER_CERT_PATH' },
  'docker.tls_verify': { names: ['docker-tlsverify'] },
  'docker.container_labels': { env: null },
  'docker.enable_ipv6': { env: null },
  'docker.network_mtu': { env: null },
  'cache.MaxUploadedArchiveSize': {
    names: ['cache-max_uploaded_archive_size'],
    env: 'CACHE_MAXIMUM_UPLOADED_ARCHIVE_SIZE',
  },
  'cache.s3.AuthenticationType': { names: ['cache-s3-authentication_type'] },
  'cache.gcs.CredentialsFile': { env: 'GOOGLE_APPLICATION_CREDENTIALS' },
}

const notOptions = new Set(['id', 'token_obtained_at', 'token_expires_at', 'labels'])
const commaLists = new Set(['docker.pull_policy'])

/** Every key of `[[runners]]` that can be given on the command line, in the order of the file. */
export const runnerOptions: readonly RunnerOption[] = [
  ...rowsOf([], kindOf(runnerSchema)),
  ...rowsOf(['custom_build_dir'], kindOf(runnerSchema.shape.custom_build_dir)),
  ...rowsOf(['cache'], kindOf(cacheSchema)),
  ...['s3', 'gcs', 'azure'].flatMap((store) => rowsOf(['cache', store], sectionOf(cacheSchema, store))),
  ...rowsOf(['docker'], kindOf(dockerSchema)),
]

function sectionOf(schema: typeof cacheSchema, name: string): Kind {
  const kind = kindOf(schema)
  const inner = kind.kind === 'section' ? kind.keys[name] : undefined
  return inner === undefined ? { kind: 'unknown' } : kindOf(inner)
}

function rowsOf(parents: readonly string[], section: Kind): RunnerOption[] {
  if (section.kind !== 'section') return []
  return Object.entries(section.keys).flatMap(([name, schema]) => {
    const kind = optionKind(kindOf(schema))
    if (kind === undefined || (parents.length === 0 && notOptions.has(name))) return []
    const key = [...parents, name]
    const path = key.join('.')
    const { names, env } = { ...usualSpelling(key), ...exceptions[path] }
    return [
      {
        key,
        names: names ?? [name],
        kind,
        help: `Sets ${path} of the runner.`,
        ...(env && { env }),
        ...(commaLists.has(path) && { commas: true as const }),
      },
    ]
  })
}

function optionKind({ kind }: Kind): Option['kind'] | undefined {
  switch (kind) {
    case 'text':
    case 'number':
    case 'map':
      return kind
    case 'boolean':
      return 'flag'
    case 'texts':
      return 'list'
    case 'date':
    case 'section':
    case 'sections':
    case 'unknown':
      return undefined
  }
}

function usualSpelling(key: readonly string[]): Spelling {
  const words = key.map((name) => snake(name))
  const flag = words.join('_').replaceAll('_', '-')
  const variable = words.join('_').toUpperCase()
  return { names: [flag], env: key.length === 1 ? `RUNNER_${variable}` : variable }
}

/** `ServerSideEncryptionKeyID` → `server_side_encryption_key_id`. */
function snake(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}

/** The `[[runners]]` entry the options describe, with nothing in it that was not given. */
export function runnerFromOptions(values: OptionValues): TomlTable {
  const entry: Record<string, TomlValue> = {}
  for (const { key, names } of runnerOptions) {
    const value = values.get(names[0])
    if (value === undefined || value === '') continue
    let table = entry
    for (const name of key.slice(0, -1)) table = (table[name] ??= {}) as Record<string, TomlValue>
    table[key.at(-1) ?? ''] = tomlValue(key, value)
  }
  return entry
}

function tomlValue(key: readonly string[], value: OptionValue): TomlValue {
  const path = key.join('.')
  if (typeof value !== 'object' || Array.isArray(value)) return value
  const entries = Object.entries(value)
  if (path === 'feature_flags') return Object.fromEntries(entries.map(([name, text]) => [name, isOn(text)]))
  if (path === 'docker.services_devices')
    return Object.fromEntries(entries.map(([name, text]) => [name, [text]]))
  return Object.fromEntries(entries)
}

const isOn = (text: string) => /^(?:1|t|true)$/i.test(text)
