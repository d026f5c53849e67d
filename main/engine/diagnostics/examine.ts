import { access, constants, mkdir, statfs } from 'node:fs/promises'

import type { Finding } from '../../contract/finding.ts'
import type { ConfigProblem } from '../../contract/status.ts'
import type { Config, RunnerConfig } from '../config/schema.ts'
import { connectDocker } from '../docker/connect.ts'
import { surroundings, type EndpointSettings } from '../docker/endpoint.ts'
import { EngineUnreachable } from '../docker/engine-unreachable.ts'

export interface Examination {
  /** Absent where the configuration cannot be read or used. */
  readonly config: Config | undefined
  readonly configFile: string
  readonly problems: readonly ConfigProblem[]
  readonly dataDir: string
  /** Whether GitLab knows a runner, by asking or from what is known. */
  readonly askRunner: (runner: RunnerConfig) => Promise<Finding>
}

const reserveGiB = 5

/** Looks for what would keep jobs from running. */
export async function examine(given: Examination): Promise<readonly Finding[]> {
  const { config, dataDir, askRunner } = given
  const asked = await Promise.all([
    dataFolder(dataDir),
    ...dockerHosts(config).map(docker),
    ...(config?.runners ?? []).map(askRunner),
  ])
  return [{ about: 'Node.js', verdict: 'good', message: process.version }, ...configuration(given), ...asked]
}

function configuration({ config, configFile, problems }: Examination): readonly Finding[] {
  const about = 'Configuration'
  const findings = problems.map(({ path, line, message, remedy, severity }): Finding => ({
    about,
    verdict: severity === 'error' ? 'problem' : 'warning',
    message: `${configFile}${line === undefined ? '' : `:${line}`} ${path}: ${message}`,
    ...(remedy !== undefined && { remedy }),
  }))
  if (config === undefined) return findings
  const where = configFile === '' ? 'of the command line' : `in ${configFile}`
  const count = `${config.runners.length} runner${config.runners.length === 1 ? '' : 's'} ${where}`
  return [{ about, verdict: 'good', message: count }, ...findings]
}

async function dataFolder(folder: string): Promise<Finding> {
  const about = 'Data folder'
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = Math.floor((bavail * bsize) / 1024 ** 3)
    const message = `${folder}, ${free} GiB free`
    if (free >= reserveGiB) return { about, verdict: 'good', message }
    return { about, verdict: 'warning', message, remedy: 'Logs and images need space: free some' }
  } catch (error) {
    const message = `${folder}: ${(error as Error).message}`
    return { about, verdict: 'problem', message, remedy: 'Choose another with --data-dir' }
  }
}

/** Each engine once, whatever number of runners use it; the usual one where no runner says. */
function dockerHosts(config: Config | undefined): readonly EndpointSettings[] {
  const named = (config?.runners ?? []).flatMap(({ docker: settings }) =>
    settings === undefined ? [] : [settings],
  )
  const distinct = new Map(named.map((settings) => [settings.host, settings]))
  return distinct.size === 0 ? [{ host: '', tls_cert_path: '', tls_verify: false }] : [...distinct.values()]
}

async function docker(settings: EndpointSettings): Promise<Finding> {
  const about = 'Docker engine'
  try {
    const engine = await connectDocker(settings, surroundings())
    const { product, version, apiVersion, endpoint, because, os, architecture } = engine.about
    engine.close()
    const message = `${product} ${version} (API ${apiVersion}, ${os}/${architecture}) at ${endpoint}, because ${because}`
    return { about, verdict: 'good', message }
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error
    return { about, verdict: 'problem', message: error.problem, remedy: error.remedy }
  }
}
