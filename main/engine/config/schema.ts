import { z } from 'zod'

/**
 * config.toml as a value, keys spelled as in the file (config-toml.md §2–§5). Defaults are those of the reference
 * where a default is a plain value; keys whose default depends on something else stay `undefined`.
 * Unknown keys are kept by the file and dropped from the value.
 */
const text = z.string()
const texts = z.array(z.string()).default([])
const textMap = z.record(z.string(), z.string()).default({})
const count = z.int().default(0)
const no = z.boolean().default(false)
/** A Go duration such as `1h30m`. */
const duration = z.string().optional()
/** @iarna/toml hands out Dates; year 1 means never. */
const instant = z.date().optional()
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

const dockerService = z.object({
  name: text,
  alias: text.default(''),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: texts,
})

export const dockerSchema = z.object({
  host: text.default(''),
  tls_cert_path: text.default(''),
  tls_verify: no,
  image: text.default(''),
  hostname: text.default(''),
  runtime: text.default(''),
  isolation: text.default(''),
  memory: text.default(''),
  memory_swap: text.default(''),
  memory_reservation: text.default(''),
  cpuset_cpus: text.default(''),
  cpuset_mems: text.default(''),
  cpus: text.default(''),
  cpu_shares: count,
  cgroup_parent: text.default(''),
  service_memory: text.default(''),
  service_memory_swap: text.default(''),
  service_memory_reservation: text.default(''),
  service_cpuset_cpus: text.default(''),
  service_cpus: text.default(''),
  service_cpu_shares: count,
  service_cgroup_parent: text.default(''),
  oom_kill_disable: no,
  oom_score_adjust: count,
  shm_size: count,
  ulimit: textMap,
  sysctls: textMap,
  dns: texts,
  dns_search: texts,
  extra_hosts: texts,
  network_mode: text.default(''),
  enable_ipv6: no,
  network_mtu: count,
  links: texts,
  mac_address: text.default(''),
  pid_mode: text.default(''),
  ipcmode: text.default(''),
  userns_mode: text.default(''),
  privileged: no,
  services_privileged: z.boolean().optional(),
  allowed_privileged_images: texts,
  allowed_privileged_services: texts,
  cap_add: texts,
  cap_drop: texts,
  security_opt: texts,
  services_security_opt: texts,
  group_add: texts,
  user: text.default(''),
  allowed_users: texts,
  disable_entrypoint_overwrite: no,
  devices: texts,
  services_devices: z.record(z.string(), z.array(z.string())).default({}),
  device_cgroup_rules: texts,
  gpus: text.default(''),
  service_gpus: text.default(''),
  volumes: texts,
  volumes_from: texts,
  volume_driver: text.default(''),
  volume_driver_ops: textMap,
  volume_keep: no,
  disable_cache: no,
  cache_dir: text.default(''),
  tmpfs: textMap,
  services_tmpfs: textMap,
  container_labels: textMap,
  log_options: textMap,
  helper_image: text.default(''),
  helper_image_flavor: text.default(''),
  /** Checked word by word where policies are resolved; empty = `always`. */
  pull_policy: oneOrMore.default([]),
  allowed_pull_policies: texts,
  allowed_images: texts,
  allowed_services: texts,
  services: z.array(dockerService).default([]),
  services_limit: z.int().optional(),
  wait_for_services_timeout: count,
})

const s3 = z.object({
  ServerAddress: text.default(''),
  AccessKey: text.default(''),
  SecretKey: text.default(''),
  SessionToken: text.default(''),
  BucketName: text.default(''),
  BucketLocation: text.default(''),
  Insecure: no,
  AuthenticationType: text.default(''),
  ServerSideEncryption: text.default(''),
  ServerSideEncryptionKeyID: text.default(''),
  DualStack: z.boolean().optional(),
  PathStyle: z.boolean().optional(),
  Accelerate: no,
  RoleARN: text.default(''),
  UploadRoleARN: text.default(''),
  AssumeRoleMaxConcurrency: count,
  DisableAssumeRoleCredentialsCaching: no,
})

const gcs = z.object({
  CredentialsFile: text.default(''),
  AccessID: text.default(''),
  PrivateKey: text.default(''),
  BucketName: text.default(''),
  UniverseDomain: text.default(''),
})

const azure = z.object({
  AccountName: text.default(''),
  AccountKey: text.default(''),
  ContainerName: text.default(''),
  StorageDomain: text.default(''),
})

export const cacheSchema = z.object({
  Type: text.default(''),
  Path: text.default(''),
  Shared: no,
  MaxUploadedArchiveSize: count,
  s3: s3.prefault({}),
  gcs: gcs.prefault({}),
  azure: azure.prefault({}),
})

export const runnerSchema = z.object({
  name: text.default(''),
  url: text,
  id: count,
  token: text.default(''),
  token_obtained_at: instant,
  token_expires_at: instant,
  limit: count,
  request_concurrency: count,
  strict_check_interval: no,
  output_limit: count,
  unhealthy_requests_limit: count,
  unhealthy_interval: duration,
  job_status_final_update_retry_limit: count,
  'tls-ca-file': text.default(''),
  'tls-cert-file': text.default(''),
  'tls-key-file': text.default(''),
  labels: textMap,
  executor: text,
  shell: text.default(''),
  builds_dir: text.default(''),
  cache_dir: text.default(''),
  clone_url: text.default(''),
  environment: texts,
  proxy_exec: no,
  pre_get_sources_script: text.default(''),
  post_get_sources_script: text.default(''),
  pre_build_script: text.default(''),
  post_build_script: text.default(''),
  prepare_timeout: duration,
  get_sources_timeout: duration,
  debug_trace_disabled: no,
  safe_directory_checkout: z.boolean().optional(),
  clean_git_config: z.boolean().optional(),
  feature_flags: z.record(z.string(), z.boolean()).default({}),
  custom_build_dir: z.object({ enabled: z.boolean().optional() }).prefault({}),
  artifact: z.object({ upload_timeout: duration, response_header_timeout: duration }).prefault({}),
  cache: cacheSchema.prefault({}),
  /** Absent where the file has no `[runners.docker]`: such a runner's jobs fail with a configuration error. */
  docker: dockerSchema.optional(),
})

export const configSchema = z.object({
  concurrent: z.int().default(1),
  check_interval: count,
  log_level: text.optional(),
  log_format: text.optional(),
  listen_address: text.default(''),
  sentry_dsn: text.default(''),
  connection_max_age: duration,
  shutdown_timeout: count,
  labels: textMap,
  session_server: z
    .object({
      listen_address: text.default(''),
      advertise_address: text.default(''),
      session_timeout: z.int().default(1800),
    })
    .prefault({}),
  runners: z.array(runnerSchema).default([]),
})

export type DockerConfig = z.output<typeof dockerSchema>
export type CacheConfig = z.output<typeof cacheSchema>
export type RunnerConfig = z.output<typeof runnerSchema>
export type Config = z.output<typeof configSchema>
