import { say } from '../../contract/sentences/say.ts'
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
  const remedy = say('runner-twice-remedy')
  return [
    {
      path: `${path}.token`,
      ...hint(say('runner-twice', { other: `runners[${first}]` }), remedy),
    },
  ]
}

function coordinatorTraps(path: string, runner: RunnerConfig, now: number): Finding[] {
  const found: Finding[] = []
  const url = URL.parse(runner.url)
  if (url?.protocol === 'http:' && !/^(?:localhost|127\..*|\[::1\])$/.test(url.hostname)) {
    const remedy = say('use-https')
    found.push({
      path: `${path}.url`,
      ...hint(say('plain-http'), remedy),
    })
  }
  if (/\/ci\/?$/.test(runner.url)) {
    found.push({
      path: `${path}.url`,
      ...hint(say('ends-in-ci'), say('without-ci')),
    })
  }
  const kind = tokenKind(runner.token)
  if (kind === 'registration' || kind === 'personal-access' || kind === 'job') {
    const message = say('wrong-token', { kind: say(`kind-${kind}`) })
    found.push({
      path: `${path}.token`,
      ...hint(message, say('wrong-token-remedy')),
    })
  }
  const expires = runner.token_expires_at
  if (expires && expires.getUTCFullYear() > 1 && expires.getTime() <= now) {
    const remedy = isCreatedRunnerToken(runner.token) ? say('reset-token') : say('register-again')
    found.push({ path: `${path}.token_expires_at`, ...hint(say('token-expired'), remedy) })
  }
  return found
}

function limitTraps(path: string, runner: RunnerConfig, concurrent: number): Finding[] {
  return (['limit', 'request_concurrency'] as const).flatMap((key) => {
    if (runner[key] <= concurrent) return []
    const message = say('limit-above', { key, value: runner[key], concurrent })
    return [{ path: join(path, key), ...hint(message, say('raise-concurrent', { key })) }]
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
    const message = problem === 'unknown' ? say('no-flag', { name }) : say('no-effect', { key: name, why })
    const complaint = hint(message.replace(/\.$/, ''), likely ? say('guess', { likely }) : undefined)
    return { path: join(`${path}.feature_flags`, name), ...complaint }
  })
}

function dockerTraps(path: string, docker: DockerConfig | undefined): Finding[] {
  if (!docker) {
    const remedy = say('add-docker-section')
    return [{ path, ...hint(say('no-docker-section'), remedy) }]
  }
  const at = `${path}.docker`
  const found: Finding[] = []
  if (docker.image === '') {
    const remedy = say('write-default-image')
    found.push({ path: `${at}.image`, ...hint(say('no-default-image'), remedy) })
  }
  const keepsCache = docker.volumes.some((volume) => /(?:^|:)\/cache(?::|$)/.test(volume))
  if (!keepsCache && !docker.disable_cache) {
    const remedy = say('add-cache-volume')
    found.push({
      path: `${at}.volumes`,
      ...hint(say('no-cache-volume'), remedy),
    })
  }
  if (docker.privileged) {
    const remedy = say('restrict-privileged')
    const message = say('privileged')
    if (docker.allowed_privileged_images.length === 0)
      found.push({ path: `${at}.privileged`, ...hint(message, remedy) })
  }
  for (const [index, volume] of docker.volumes.entries()) {
    if (!/^[^:]*docker\.sock:/.test(volume)) continue
    const message = say('docker-socket')
    found.push({ path: `${at}.volumes[${index}]`, ...hint(message, say('trusted-only')) })
  }
  if (docker.tls_verify && docker.tls_cert_path === '') {
    const remedy = say('name-certificates')
    found.push({
      path: `${at}.tls_verify`,
      ...hint(say('no-certificates'), remedy),
    })
  }
  if (docker.pull_policy.length > 1 && docker.pull_policy[0] === 'never') {
    const remedy = say('never-last')
    found.push({
      path: `${at}.pull_policy`,
      ...hint(say('never-first'), remedy),
    })
  }
  return found
}
