import type { ExplanationKind } from '../../../main/contract/explain-failure.ts'

interface FailureWords {
  /** The cause, one sentence. `{program}` and the like stand for facts of the failure. */
  readonly cause: string
  readonly remedy: string
}

/** What stands for a fact that the log did not tell. */
export interface Unknowns {
  readonly program: string
  readonly library: string
  readonly version: string
  readonly loader: string
  readonly symbol: string
  readonly folder: string
  readonly path: string
  readonly host: string
  readonly image: string
  readonly platform: string
  readonly address: string
}

export interface Failures {
  readonly title: string
  readonly showLine: string
  readonly unknown: Unknowns
  readonly kinds: Readonly<Record<ExplanationKind, FailureWords>>
}

export const failures: Failures = {
  title: 'What this means',
  showLine: 'Show the line',
  unknown: {
    program: 'the program',
    library: 'a library',
    version: 'a newer version',
    loader: 'its loader',
    symbol: 'a function',
    folder: 'the folder',
    path: 'the file',
    host: 'the host',
    image: 'the image',
    platform: 'this CPU',
    address: 'the server',
  },
  kinds: {
    'no-space': {
      cause: 'The disk of the Docker engine, or a limited folder of the job, is full.',
      remedy: 'Remove images, volumes and caches that are no longer needed, then run the job again.',
    },
    'foreign-loader': {
      cause: 'The program was built for another CPU. It is emulated, but the image lacks {loader}.',
      remedy: 'Use an image made for the program’s CPU, or a build of the program for this one.',
    },
    'glibc-under-musl': {
      cause: '{program} was built for glibc, and this image uses musl: it lacks {symbol}.',
      remedy: 'Use an image with glibc, such as debian:12-slim, or a statically linked build.',
    },
    'glibc-too-old': {
      cause: '{program} needs {version}, which is newer than the glibc of this image.',
      remedy: 'Use a newer image, or a build of the program for an older system.',
    },
    'libstdcxx-too-old': {
      cause: '{program} needs {version}, which the libstdc++ of this image does not have.',
      remedy: 'Use a newer image, or install a newer libstdc++ in it.',
    },
    'private-libc': {
      cause: 'Programs of the image load {program} of the toolchain instead of their own C library.',
      remedy: 'Take the toolchain’s C library out of LD_LIBRARY_PATH; its own programs find it without.',
    },
    'library-missing': {
      cause: '{program} needs {library}, which this image does not have.',
      remedy: 'Install the package with this library in the image, or add its folder to LD_LIBRARY_PATH.',
    },
    'kernel-too-old': {
      cause: 'The C library of the image needs a newer Linux kernel than the Docker engine runs on.',
      remedy: 'Use an older image, or update the machine of the Docker engine.',
    },
    'cpu-too-old': {
      cause: 'The image was built for a newer CPU than this machine has.',
      remedy: 'Use an image that is built for older CPUs, such as a Debian one.',
    },
    'other-cpu': {
      cause: '{program} was built for another CPU, or is no program at all.',
      remedy:
        'Use a build for this CPU, or set up emulation with binfmt on the machine of the Docker engine.',
    },
    'loader-missing': {
      cause: '{program} is there, but the loader or interpreter it asks for is not in this image.',
      remedy:
        'A glibc program needs an image with glibc, such as debian:12-slim. A 32-bit program needs 32-bit libraries, a script its shell.',
    },
    'program-or-loader-missing': {
      cause:
        'Either {program} is not there, or this image lacks the loader it needs: a shell says the same of both.',
      remedy:
        'Check that its folder is mounted. If it is, use an image with glibc, such as debian:12-slim, for a glibc toolchain.',
    },
    'program-missing': {
      cause: '{program} is in no folder of PATH.',
      remedy: 'Mount its toolchain and add its bin folder to PATH, or install it in the image.',
    },
    'not-executable': {
      cause: '{program} may not be executed by the user of the job.',
      remedy: 'Run chmod +x on it and commit that, or check the rights of its folder and the option noexec.',
    },
    'tls-not-trusted': {
      cause: 'The certificate of the server is signed by an authority that is not known here.',
      remedy: 'Set tls-ca-file of the runner to the authority’s certificate, or add it to the image.',
    },
    'dubious-ownership': {
      cause: 'Git refuses {folder} because it belongs to another user than the one the job runs as.',
      remedy: 'Run the job as the owner, or add the folder to Git’s safe.directory.',
    },
    'sources-refused': {
      cause: '{address} did not accept the credentials for the sources.',
      remedy: 'Check that this project may read the other one: Settings, CI/CD, Job token permissions.',
    },
    'host-not-found': {
      cause: 'The name {host} is not known inside the container.',
      remedy: 'Check the name, and the DNS of the Docker engine; dns and extra_hosts of the runner can help.',
    },
    'registry-not-found': {
      cause: 'The Docker engine does not know the name {host} of the registry.',
      remedy: 'Check the name of the image, and the DNS, the proxy and the network of the Docker engine.',
    },
    'registry-denied': {
      cause: 'The registry does not hand out {image} with the credentials there are.',
      remedy: 'Check the name, then DOCKER_AUTH_CONFIG or docker login.',
    },
    'image-missing': {
      cause: 'The registry has no {image}.',
      remedy: 'Check the name and the tag.',
    },
    'image-other-cpu': {
      cause: 'The image is not made for {platform}.',
      remedy: 'Choose a tag that is, or set image:docker:platform and emulation.',
    },
    'pull-limit': {
      cause: 'The registry allows no more pulls for now.',
      remedy: 'Sign in with docker login, keep images with pull_policy if-not-present, or use a mirror.',
    },
    'folder-missing': {
      cause: '{folder} is to be mounted and does not exist on the machine of the Docker engine.',
      remedy: 'Create it there, or correct volumes of the runner.',
    },
    'read-only': {
      cause: 'The script writes to {path}, which is mounted read-only.',
      remedy: 'Write to the project folder or /tmp instead; toolchains stay as they are.',
    },
    'docker-in-docker': {
      cause: 'The script talks to a Docker engine at {address}, where none answers.',
      remedy:
        'Start a docker:dind service and set DOCKER_HOST, or mount the engine’s socket if you trust the job.',
    },
    'port-in-use': {
      cause: 'The script opens a port that something else already uses.',
      remedy: 'Choose another port, or stop what an earlier line has started.',
    },
    'out-of-memory': {
      cause: 'There was not enough memory.',
      remedy: 'Run fewer things side by side, such as make -j2, or raise memory of the runner.',
    },
    killed: {
      cause: 'The script was killed, most often because there was not enough memory.',
      remedy: 'Run fewer things side by side, such as make -j2, or raise memory of the runner.',
    },
    crashed: {
      cause: 'A program accessed memory that is not its own. Mixed C libraries do that, too.',
      remedy: 'Check LD_LIBRARY_PATH and LD_PRELOAD for libraries that do not belong to the image.',
    },
    timeout: {
      cause: 'The job took longer than it may.',
      remedy: 'Raise timeout of the job or the project, or the maximum timeout of the runner in GitLab.',
    },
    stopped: {
      cause: 'Drydock was stopped while the job ran.',
      remedy: 'Run the job again. Stopping with “finish jobs” waits for jobs that run.',
    },
  },
}
