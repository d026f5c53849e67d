import type { CrossToolchain } from './cross-toolchain.ts'

export interface DemoConfig {
  readonly url: string
  readonly token: string
  readonly toolchain: CrossToolchain
  readonly image: string
  readonly helperImage: string
  /** `DOCKER_HOST` of the engine, where it is not the one found by itself. */
  readonly dockerHost: string | undefined
  /** Where containers reach the server, if not at `url`. */
  readonly cloneUrl: string | undefined
}

/** Where jobs see the toolchain. */
export const mountPoint = '/root/atlas500'

/**
 * The configuration a team writes by hand for a vendor's SDK: the folder mounted read-only, its place in
 * `environment`, the search paths in `pre_build_script`.
 */
export function demoConfig({
  url,
  token,
  toolchain,
  image,
  helperImage,
  dockerHost,
  cloneUrl,
}: DemoConfig): string {
  const path = toolchain.binDirs.map((folder) => `$DDK_HOME/${folder}`)
  const libraries = toolchain.libDirs.map((folder) => `$DDK_HOME/${folder}`)
  return `concurrent = 1
check_interval = 0

[session_server]
  session_timeout = 1800

[[runners]]
  name = "tangxin"
  url = ${quoted(url)}
  token = ${quoted(token)}
  executor = "docker"
${cloneUrl === undefined ? '' : `  clone_url = ${quoted(cloneUrl)}\n`}  # where the job finds the toolchain; values in environment are expanded once
  environment = [
    "DDK_HOME=${mountPoint}",
  ]

  # pre_build_script is a shell script
  pre_build_script = """
${libraries.length === 0 ? '' : `    export LD_LIBRARY_PATH=${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\n`}    export LC_ALL=C

    export PATH=${path.join(':')}:$PATH
  """

  [runners.custom_build_dir]
  [runners.cache]
    [runners.cache.s3]
    [runners.cache.gcs]
    [runners.cache.azure]
  [runners.docker]
${dockerHost === undefined ? '' : `    host = ${quoted(dockerHost)}\n`}    tls_verify = false
    image = ${quoted(image)}
    helper_image = ${quoted(helperImage)}
    # both images were made on this machine; no registry has them
    pull_policy = "if-not-present"
    privileged = false
    disable_entrypoint_overwrite = false
    oom_kill_disable = false
    disable_cache = false
    # the host's toolchain, mounted into the job read-only
    volumes = [
        "${toolchain.folder}:${mountPoint}:ro"
    ]
    shm_size = 0
`
}

/** A TOML basic string; what JSON escapes, TOML escapes alike. */
const quoted = (text: string) => JSON.stringify(text)
