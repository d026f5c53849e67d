import { describe, expect, it } from 'vitest'

import type { Option } from '../../main/cli/option.ts'
import { parseOptions } from '../../main/cli/parse-options.ts'
import { runnerFromOptions, runnerOptions } from '../../main/cli/runner-options.ts'

const options: readonly Option[] = [
  { names: ['config', 'c'], env: 'CONFIG_FILE', kind: 'text', help: '' },
  { names: ['limit'], env: 'LIMIT', kind: 'number', help: '' },
  { names: ['locked'], env: 'LOCKED', kind: 'flag', help: '' },
  { names: ['cap-add'], env: 'CAP_ADD', kind: 'list', help: '' },
  { names: ['pull-policy'], env: 'PULL_POLICY', kind: 'list', help: '', commas: true },
  { names: ['flags'], env: 'FLAGS', kind: 'map', help: '' },
]
const read = (argv: readonly string[], environment: Record<string, string> = {}) => {
  const values = parseOptions(argv, options, { environment })
  const found = options.map(({ names: [name] }) => [name, values.get(name)] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

describe('options are read as gitlab-runner reads them:', () => {
  it.each([
    { line: '--config a.toml', is: { config: 'a.toml' } },
    { line: '--config=a.toml', is: { config: 'a.toml' } },
    { line: '-c a.toml', is: { config: 'a.toml' } },
    { line: '-config a.toml', is: { config: 'a.toml' } },
    { line: '-c a -c b', is: { config: 'b' } },
    { line: '--config=a=b', is: { config: 'a=b' } },
    { line: '--config -x', is: { config: '-x' } },
    { line: '--limit 4', is: { limit: 4 } },
    { line: '--limit=-1', is: { limit: -1 } },
    { line: '--locked', is: { locked: true } },
    { line: '--locked=false', is: { locked: false } },
    { line: '--locked=0', is: { locked: false } },
    { line: '--cap-add A --cap-add B', is: { 'cap-add': ['A', 'B'] } },
    { line: '--cap-add A,B', is: { 'cap-add': ['A,B'] } },
    { line: '--pull-policy always,never', is: { 'pull-policy': ['always', 'never'] } },
    { line: '--flags A:true --flags B:x:y', is: { flags: { A: 'true', B: 'x:y' } } },
  ])('$line', ({ line, is }) => expect(read(line.split(' '))).toEqual(is))

  it('takes what is missing from the environment, a list as one element whatever it holds', () => {
    const environment = {
      CONFIG_FILE: 'env.toml',
      LIMIT: '3',
      LOCKED: 'false',
      CAP_ADD: 'A, B',
      PULL_POLICY: 'a,b',
    }
    expect(read(['--limit', '5'], environment)).toEqual({
      config: 'env.toml',
      limit: 5,
      locked: false,
      'cap-add': ['A, B'],
      'pull-policy': ['a', 'b'],
    })
  })

  it('takes an empty variable for an absent one', () =>
    expect(read([], { CONFIG_FILE: '', LIMIT: '' })).toEqual({}))

  it.each([
    { line: '--colour', says: 'There is no option --colour.' },
    { line: '--colour=red', says: 'There is no option --colour.' },
    { line: '--config', says: 'The option --config needs a value.' },
    { line: '--limit x', says: '--limit must be a whole number, not "x".' },
    { line: '--locked=perhaps', says: '--locked must be true or false, not "perhaps".' },
    { line: '--flags A', says: '--flags must be written as NAME:VALUE, not "A".' },
  ])('refuses $line', ({ line, says }) => expect(() => read(line.split(' '))).toThrow(says))

  it('names the variable when its value is at fault', () => {
    expect(() => read([], { LIMIT: 'many' })).toThrow('LIMIT must be a whole number, not "many".')
  })
})

describe('the flags of [[runners]]', () => {
  const spelling = new Map(
    runnerOptions.map(({ key, names, env }) => [key.join('.'), [...names, env].join(' ')]),
  )

  // One row per exception of config-toml.md §3–§5, and the rule beside it.
  it.each([
    ['name', 'name description RUNNER_NAME'],
    ['url', 'url u CI_SERVER_URL'],
    ['token', 'token t CI_SERVER_TOKEN'],
    ['limit', 'limit RUNNER_LIMIT'],
    ['request_concurrency', 'request-concurrency RUNNER_REQUEST_CONCURRENCY'],
    ['unhealthy_interval', 'unhealthy-interval '],
    [
      'job_status_final_update_retry_limit',
      'job-status-final-update-retry-limit RUNNER_job_status_final_update_retry_limit',
    ],
    ['tls-ca-file', 'tls-ca-file CI_SERVER_TLS_CA_FILE'],
    ['executor', 'executor RUNNER_EXECUTOR'],
    ['clone_url', 'clone-url CLONE_URL'],
    ['environment', 'env RUNNER_ENV'],
    ['feature_flags', 'feature-flags FEATURE_FLAGS'],
    ['custom_build_dir.enabled', 'custom_build_dir-enabled CUSTOM_BUILD_DIR_ENABLED'],
    ['docker.image', 'docker-image DOCKER_IMAGE'],
    ['docker.services_privileged', 'docker-services_privileged DOCKER_SERVICES_PRIVILEGED'],
    ['docker.allowed_users', 'docker-allowed_users DOCKER_ALLOWED_USERS'],
    ['docker.service_gpus', 'docker-service_gpus DOCKER_SERVICE_GPUS'],
    ['docker.userns_mode', 'docker-userns DOCKER_USERNS_MODE'],
    ['docker.ipcmode', 'docker-ipcmode DOCKER_IPC_MODE'],
    ['docker.tls_cert_path', 'docker-cert-path DOCKER_CERT_PATH'],
    ['docker.tls_verify', 'docker-tlsverify DOCKER_TLS_VERIFY'],
    ['docker.enable_ipv6', 'docker-enable-ipv6 '],
    ['docker.wait_for_services_timeout', 'docker-wait-for-services-timeout DOCKER_WAIT_FOR_SERVICES_TIMEOUT'],
    ['cache.Type', 'cache-type CACHE_TYPE'],
    ['cache.MaxUploadedArchiveSize', 'cache-max_uploaded_archive_size CACHE_MAXIMUM_UPLOADED_ARCHIVE_SIZE'],
    ['cache.s3.ServerAddress', 'cache-s3-server-address CACHE_S3_SERVER_ADDRESS'],
    ['cache.s3.AuthenticationType', 'cache-s3-authentication_type CACHE_S3_AUTHENTICATION_TYPE'],
    [
      'cache.s3.ServerSideEncryptionKeyID',
      'cache-s3-server-side-encryption-key-id CACHE_S3_SERVER_SIDE_ENCRYPTION_KEY_ID',
    ],
    ['cache.s3.RoleARN', 'cache-s3-role-arn CACHE_S3_ROLE_ARN'],
    ['cache.gcs.CredentialsFile', 'cache-gcs-credentials-file GOOGLE_APPLICATION_CREDENTIALS'],
    ['cache.gcs.AccessID', 'cache-gcs-access-id CACHE_GCS_ACCESS_ID'],
    ['cache.azure.StorageDomain', 'cache-azure-storage-domain CACHE_AZURE_STORAGE_DOMAIN'],
  ])('%s is given by %s', (key, is) => expect(spelling.get(key)).toBe(is))

  it.each(['id', 'token_obtained_at', 'labels', 'docker.services', 'artifact.upload_timeout'])(
    '%s has none',
    (key) => expect(spelling.has(key)).toBe(false),
  )

  it('become an entry of the file, each where it belongs', () => {
    const line = [
      '--limit=2',
      '--env=A=b',
      '--feature-flags=FF_X:true',
      '--docker-volumes=/cache',
      '--docker-ulimit=nofile:1024:2048',
      '--docker-privileged=false',
      '--cache-s3-insecure',
    ]
    const values = parseOptions(line, runnerOptions, { environment: {} })
    expect(runnerFromOptions(values)).toEqual({
      limit: 2,
      environment: ['A=b'],
      feature_flags: { FF_X: true },
      cache: { s3: { Insecure: true } },
      docker: { privileged: false, ulimit: { nofile: '1024:2048' }, volumes: ['/cache'] },
    })
  })
})
