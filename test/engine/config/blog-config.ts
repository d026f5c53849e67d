/** A real team's file, with comments where people put them. */
export const blogConfig = String.raw`concurrent = 1
check_interval = 0

[session_server]
  session_timeout = 1800

[[runners]]
  name = "tangxin"
  url = "https://git.example.com"
  token = "XXXXXXXXX"
  executor = "docker"
  # environment values are literal and parsed once: $DDK_HOME/host/bin would not expand here
  environment = [
    # "PATH=$PATH",
    "DDK_HOME=/root/atlas500",
  ]

  # pre_build_script is a shell script
  pre_build_script = """
    export ATLAS500_CROSS_BIN=$DDK_HOME/toolchains/Euler_compile_env_cross/arm/cross_compile/install/bin
    export ATLAS500_HOST_BIN=$DDK_HOME/host/bin
    export ATLAS500_HOST_LIB=$DDK_HOME/host/lib
    export ATLAS500_DEVICE_CROSS_BIN=$DDK_HOME/toolchains/aarch64-linux-gcc6.3/bin
    export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB:$LD_LIBRARY_PATH
    export LC_ALL=C

    export PATH=$ATLAS500_CROSS_BIN:$ATLAS500_HOST_BIN:$ATLAS500_DEVICE_CROSS_BIN:$PATH
  """

  [runners.custom_build_dir]
  [runners.cache]
    [runners.cache.s3]
    [runners.cache.gcs]
    [runners.cache.azure]
  [runners.docker]
    tls_verify = false
    image = "alpine"
    # helper_image = "your gitlab runner"
    privileged = false
    disable_entrypoint_overwrite = false
    oom_kill_disable = false
    disable_cache = false
    # the host's /root/atlas500, mounted into the job read-only
    volumes = [
        "/root/atlas500:/root/atlas500:ro"
    ]
    shm_size = 0
`
