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
    'The Docker engine cannot lay a private layer over {folder} (the volume "{entry}"): {why}. Its data folder must lie on a file system such as ext4 or xfs, not on NFS or on another overlay. Mount the folder with ":ro" instead, or move the engine\'s data',
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
    'The Docker engine has no addresses left for another network. Remove unused ones with "docker network prune", or enlarge default-address-pools in its configuration',
  'section-missing':
    'Runner "{name}" has no [runners.docker] section in config.toml: add one with image = "…"',
  'clone-path-off': 'setting GIT_CLONE_PATH is not allowed, enable `custom_build_dir` feature',
  'clone-path-outside': 'the GIT_CLONE_PATH={asked} has to be within {builds}',
  'no-helper':
    'Neither the helper image {image} ({~why}) nor the image of the job, {own} (it has no git), can fetch the sources. Set helper_image in [runners.docker] to an image with sh, git, tar and find',
  'job-not-written':
    "The job cannot be written down ({why}). Free space on the disk of Drydock's data, then run the job again",
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
} as const
