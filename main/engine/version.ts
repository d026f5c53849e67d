/** What Drydock says of itself where the protocol asks for a version. */
export const drydockVersion = '0.1.0'

/**
 * The gitlab-runner release whose behaviour is matched. GitLab and job scripts compare it (`CI_RUNNER_VERSION`), and
 * the default helper image carries it.
 */
export const compatibleVersion = '19.4.0'

/** Eight hex digits, as GitLab shows beside the version. */
export const revision = 'd0c4d0c4'

/** Names in Go's spelling, which GitLab and pipelines know. */
export const platform = process.platform === 'win32' ? 'windows' : process.platform
export const architecture =
  ({ x64: 'amd64', ia32: '386', arm: 'arm', arm64: 'arm64' } as Record<string, string>)[process.arch] ??
  process.arch
