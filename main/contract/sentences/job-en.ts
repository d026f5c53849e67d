/** Why jobs fail before their script, and what feature flags do not do here, as in `engine-en.ts`. */
export const jobSentences = {
  'job-device-form':
    '{path}: "{text}" is not a device; write it as host[:container[:permissions]], such as /dev/kvm',
  'gpu-field': '{path}: unknown field "{field}"; known are count, device, driver, capabilities and options',
  'gpu-count': '{path}: "{text}" is not a count; write "all" or a number',
  'job-size-form': '{path} = "{text}" is not a size; write it as a number and a unit, such as 512m or 2g',
  'job-cpus-form': '{path} = "{text}" is not a number of CPUs; write it as 1.5 or 3/2',
  'ulimit-form': 'ulimit {path} = "{text}" is not a limit; write it as soft or soft:hard, such as 1024:2048',
  'seccomp-unreadable':
    "security_opt: the seccomp profile {file} cannot be read as JSON on the runner's host",
  'pattern-negated':
    '{path}: "{pattern}" forbids nothing, for patterns can only allow; list what is allowed instead',
  'name-not-allowed':
    '"{name}" is not in {path} ({patterns}) of this runner; use an allowed image, or ask for it to be added',
  'user-not-allowed': 'The user "{user}" is not in allowed_users ({users}) of this runner',
  'too-many-services': 'too many services requested: {count}, only {limit} allowed by services_limit',
  'service-name': 'invalid service image name "{name}"',
  'helper-path': '{source}: the credential helper "{helper}" must be a name, not a path',
  'private-layer':
    'The Docker engine cannot lay a private layer over {folder} (the volume "{entry}"): {~why}. Its data folder must lie on a file system such as ext4 or xfs, not on NFS or on another overlay. Mount the folder with ":ro" instead, or move the engine\'s data',
  'folder-not-shared':
    'A host folder in volumes is not shared with the virtual machine of the Docker engine. Add it under Resources, File sharing, in the settings of Docker Desktop',
  'file-over-folder':
    'A volume mounts a file over a folder, or a folder over a file. Correct source or destination in volumes of [runners.docker]',
  'not-propagated':
    'The volume of {source} asks for propagation, but {on} is not a {kind} mount on the engine\'s machine. Leave the word for propagation out in volumes of [runners.docker], or run "mount --make-rshared {on}" there',
  'volume-mode':
    'The Docker engine does not know the volume mode "{mode}". Use ro or rw in volumes of [runners.docker]',
  'mounted-twice': 'Two entries of volumes and tmpfs have the destination {destination}. Remove one of them',
  'entrypoint-fails':
    'The image {image} cannot start "{program}", its entrypoint. Set image:entrypoint to [""] or to a program the image has',
  'network-of-container':
    'network_mode = "container:…" cannot be used: the job\'s containers have a host name. Use a network both containers join',
  'network-missing':
    'The network {network} of network_mode does not exist on the Docker engine. Create it with "docker network create {network}"',
  'no-addresses':
    'The Docker engine has no addresses left for a network of this job alone, so its containers use the default bridge. Remove unused ones with "docker network prune", or enlarge default-address-pools in its configuration',
  'section-missing':
    'Runner "{name}" has no [runners.docker] section in config.toml: add one with image = "…"',
  'clone-path-off': 'setting GIT_CLONE_PATH is not allowed, enable `custom_build_dir` feature',
  'clone-path-outside': 'the GIT_CLONE_PATH={asked} has to be within {builds}',
  'no-helper':
    'Neither the helper image {image} ({~why}) nor the image of the job, {own} (it has no git), can fetch the sources. Set helper_image in [runners.docker] to an image with sh, git, tar and find',
  'job-not-written':
    "The job cannot be written down ({~why}). Free space on the disk of Drydock's data, then run the job again",
  'flag-test': 'The reference tests itself with it',
  'flag-posix': 'Scripts are always quoted in the form every POSIX shell reads',
  'flag-chain': 'CI_SERVER_TLS_CA_FILE holds the verified chain of the connection, its root with it',
  'flag-secrets': 'Jobs with secrets of an external store are refused',
  'flag-images': 'The job’s log and page always name its images',
  'flag-metrics': 'Drydock offers no metrics of such labels',
  'flag-store':
    'There is one client for this store here, which reads and writes the same objects as both of the reference',
  'flag-router': 'jobs are asked for over HTTP only',
  'flag-steps': 'scripts run in a shell; the step runner is not part of Drydock',
  'flag-suspend': 'a job’s environment ends with the job; it cannot be suspended',
  'cache-policy': 'unknown cache policy {policy} for {key}',
  'submodule-strategy': 'unknown GIT_SUBMODULE_STRATEGY',
  'submodule-paths': 'GIT_SUBMODULE_PATHS: invalid submodule pathspec [{paths}]',
  'inputs-failed': 'failed to interpolate job inputs: {~why}',
  'input-cannot': 'Cannot evaluate {expression}: {~why}',
  'input-no-end': 'it has no end',
  'input-access': 'only job.inputs.NAME is known here',
  'input-none': 'the job has no input {name}',
  'input-sensitive': 'the input {name} is sensitive',
  'script-timeout': 'script timeout: context deadline exceeded',
  'after-script-timeout': 'after_script timeout: context deadline exceeded',
  'stage-timeout': '{~stage}: exceeded timeout of {time}',
  'stage-prepare': 'prepare timeout',
  'stage-sources': 'get sources timeout',
  'image-vanished': 'The image {image} is not on the Docker engine although it was pulled',
  'pull-limited':
    'The registry limits pulls of this address or account: log in with "docker login" or DOCKER_AUTH_CONFIG, allow the pull policy if-not-present, or name a mirror under registry-mirrors in the daemon.json of the engine',
  'pull-limited-local':
    'The registry limits pulls, so {image} is used as it is on the engine, which may be an older one; pull_policy = "always" in [runners.docker] forbids that',
  'image-of-others':
    '{image} is on the engine for a project whose credentials its registry accepted, so the registry is asked whether this project may use it, too',
  'platform-form':
    'image:docker:platform: "{written}" is no platform; write it as linux/arm64, arm64 or linux/arm/v7',
  'platform-not-linux': 'There are no containers of {system}, so {taken} is taken',
  'hub-limit': 'Docker Hub counts {remaining} of {limit} pulls in {hours} h left for {~whose}',
  'hub-address': 'this address',
  'hub-account': 'this account',
  'pull-missed': 'it could not be pulled a short while ago',
  'helper-replaced':
    'The helper image {image} cannot be had ({~why}). The image of the job has git, so it is used instead; to choose another set helper_image in [runners.docker]',
  'container-taken': 'Cannot {~doing}: the container was removed by somebody else',
  'docker-cannot-because': 'Cannot {~doing}. {~why}',
  'docker-cannot': 'Cannot {~doing}: {~why}',
  'doing-prepare': 'prepare the job',
  'doing-volumes': 'create a container with the volumes',
  'doing-helper-run': 'run {command} in the helper container',
  'doing-create': 'create the {purpose} container',
  'doing-build': 'start the build container',
  'doing-service': 'start the service {service}',
  'doing-helper': 'start the helper container',
  'doing-layer': 'create the private layer over {folder}',
  'doing-stage': 'run the stage {stage}',
  'docker-stopped': 'The Docker engine stopped answering',
  'docker-start-again': 'Start Docker again',
  'job-not-begun': 'The job cannot be begun: {~why}',
  'service-unnamed': 'The service "{name}" is left out: its image name cannot be read',
  'service-alias-taken':
    'The service name "{alias}" of {name} is taken by an earlier service; give this one an alias of its own',
  'credentials-ignored': 'The credentials in {source} are ignored: {~why}',
  'not-json': 'it is not JSON',
  'image-other-cpu':
    'The image {image} is made for {made}, the engine runs on {engine}: without emulation its programs do not start. Choose another tag, or set image:docker:platform',
  'log-gone': 'There is no log {file}; it may have been removed to make room',
  'log-damaged': 'The log {file} is damaged',
  'dns-form': 'dns: "{text}" is not an IP address',
  'log-options-allowed': 'log_options: only env and labels are allowed, not {names}',
  'volume-spec': 'invalid volume specification: "{entry}": {~advice}',
  'volume-no-layer':
    'The volume "{entry}" cannot get a private layer: the engine cannot lay anything over a folder with "," or "\\" in its path; rename {folder}',
  'builds-root': 'builds_dir must not be "/"; choose a folder such as /builds',
  'volume-over-root': 'The volume "{entry}" would be mounted over the container\'s root folder',
  'volume-defined': 'volume for container path "{folder}" is already defined; remove one of the two entries',
  'cache-dir-absolute':
    'cache_dir = "{folder}" in [runners.docker] must be an absolute path on the engine\'s machine',
  'image-name': '{name} is no name of an image. Write it as registry/name:tag, the name in lower case',
  'pull-policy-forbidden':
    'pull_policy ([{asked}]) defined in {source} is not one of the allowed_pull_policies ([{allowed}])',
  'pull-policy-unknown': '{key}: "{word}" is not a pull policy; known are {known}',
  'payload-run': 'This runner does not run native steps (`run:`); use `script:` instead',
  'payload-run-script': '`run` and `script` exclude each other',
  'payload-run-steps': '`run` and the variable STEPS exclude each other',
  'payload-secrets': 'This runner does not fetch secrets from external stores (`secrets:` {names})',
  'payload-variable':
    'The variable {key} has {bytes} bytes, but no program can be started with one of more than 128 KiB; make it a variable of type file',
  'payload-option': '{field} is no known option; known are {known}',
  'payload-map': '{field} must be a map of options',
  'payload-user': '{field} must be a name or number',
  'payload-text': '{field} must be a text',
} as const
