import { isCreatedRunnerToken, tokenKind } from '../../contract/token.ts'
import { ineffectiveFlags } from '../variables/feature-flags.ts'
import { flagRegistry } from '../variables/flag-registry.ts'
import { hint, type Finding } from './complaint.ts'
import { environmentTraps } from './environment-traps.ts'
import { nearest } from './nearest.ts'
import type { Config, DockerConfig, RunnerConfig } from './schema.ts'
import { join } from './toml-places.ts'

/** Settings that are allowed and yet surprise people. */
export const findTraps = (config: Config, now: number): readonly Finding[] =>
  config.runners.flatMap((runner, index) => {
    const path = `runners[${index}]`
    return [
      ...duplicateTraps(path, config.runners, index),
      ...coordinatorTraps(path, runner, now),
      ...limitTraps(path, runner, config.concurrent),
      ...flagTraps(path, runner),
      ...environmentTraps(path, runner.environment),
      ...(runner.executor === 'docker' ? dockerTraps(path, runner.docker) : []),
    ]
  })

function duplicateTraps(path: string, runners: readonly RunnerConfig[], index: number): Finding[] {
  const { token, url } = runners[index]!
  const first = runners.findIndex((other) => other.token === token && other.url === url)
  if (token === '' || first === index) return []
  const remedy = 'Remove one of them; raise "limit" of the other to run more jobs.'
  return [
    {
      path: `${path}.token`,
      ...hint(`the runner stands in the file twice, also as runners[${first}]`, remedy),
    },
  ]
}

function coordinatorTraps(path: string, runner: RunnerConfig, now: number): Finding[] {
  const found: Finding[] = []
  const url = URL.parse(runner.url)
  if (url?.protocol === 'http:' && !/^(?:localhost|127\..*|\[::1\])$/.test(url.hostname)) {
    const remedy = 'Use https if the server offers it.'
    found.push({
      path: `${path}.url`,
      ...hint('over http the token and all variables travel in the clear', remedy),
    })
  }
  if (/\/ci\/?$/.test(runner.url)) {
    found.push({
      path: `${path}.url`,
      ...hint('the address ends in /ci, which is dropped', 'Write it without /ci.'),
    })
  }
  const kind = tokenKind(runner.token)
  if (kind === 'registration' || kind === 'personal-access' || kind === 'job') {
    const message = `a ${kind.replace('-', ' ')} token stands where the runner's own belongs; GitLab will refuse it`
    found.push({
      path: `${path}.token`,
      ...hint(message, 'Run "drydock register" to get the runner a token.'),
    })
  }
  const expires = runner.token_expires_at
  if (expires && expires.getUTCFullYear() > 1 && expires.getTime() <= now) {
    const remedy = isCreatedRunnerToken(runner.token)
      ? 'Reset the token in GitLab and write the new one.'
      : 'Register the runner again.'
    found.push({ path: `${path}.token_expires_at`, ...hint('the token has expired', remedy) })
  }
  return found
}

function limitTraps(path: string, runner: RunnerConfig, concurrent: number): Finding[] {
  return (['limit', 'request_concurrency'] as const).flatMap((key) => {
    if (runner[key] <= concurrent) return []
    const message = `${key} is ${runner[key]}, but concurrent allows ${concurrent} jobs over all runners`
    return [{ path: join(path, key), ...hint(message, `Raise concurrent, or lower ${key}.`) }]
  })
}

function flagTraps(path: string, runner: RunnerConfig): Finding[] {
  return ineffectiveFlags(runner.feature_flags).map(({ name, problem, why }) => {
    const likely =
      problem === 'unknown' &&
      nearest(
        name,
        flagRegistry.map((row) => row.name),
      )
    const message =
      problem === 'unknown' ? `there is no feature flag ${name}` : `${name} has no effect: ${why}`
    const complaint = hint(message.replace(/\.$/, ''), likely ? `Did you mean ${likely}?` : undefined)
    return { path: join(`${path}.feature_flags`, name), ...complaint }
  })
}

function dockerTraps(path: string, docker: DockerConfig | undefined): Finding[] {
  if (!docker) {
    const remedy = 'Add a section [runners.docker] with a default image.'
    return [{ path, ...hint('the runner has no [runners.docker]; its jobs fail', remedy) }]
  }
  const at = `${path}.docker`
  const found: Finding[] = []
  if (docker.image === '') {
    const remedy = 'Write a default, for example image = "alpine".'
    found.push({ path: `${at}.image`, ...hint('jobs without an image of their own fail', remedy) })
  }
  const keepsCache = docker.volumes.some((volume) => /(?:^|:)\/cache(?::|$)/.test(volume))
  if (!keepsCache && !docker.disable_cache) {
    const remedy = 'Add "/cache" to volumes, or write disable_cache = true if that is meant.'
    found.push({
      path: `${at}.volumes`,
      ...hint(
        'Drydock keeps local caches all the same, but gitlab-runner would lose them after every job without "/cache"',
        remedy,
      ),
    })
  }
  if (docker.privileged) {
    const remedy = 'Restrict it with allowed_privileged_images, or write privileged = false.'
    const message = 'a privileged job is root on this machine'
    if (docker.allowed_privileged_images.length === 0)
      found.push({ path: `${at}.privileged`, ...hint(message, remedy) })
  }
  for (const [index, volume] of docker.volumes.entries()) {
    if (!/^[^:]*docker\.sock:/.test(volume)) continue
    const message = "a job that reaches Docker's socket is root on this machine"
    found.push({ path: `${at}.volumes[${index}]`, ...hint(message, 'Mount it only for projects you trust.') })
  }
  if (docker.tls_verify && docker.tls_cert_path === '') {
    const remedy = 'Write tls_cert_path with the folder of ca.pem, cert.pem and key.pem.'
    found.push({
      path: `${at}.tls_verify`,
      ...hint('tls_verify is on, but no certificates are named', remedy),
    })
  }
  if (docker.pull_policy.length > 1 && docker.pull_policy[0] === 'never') {
    const remedy = 'Put "never" last.'
    found.push({
      path: `${at}.pull_policy`,
      ...hint('"never" comes first although other policies follow', remedy),
    })
  }
  return found
}
