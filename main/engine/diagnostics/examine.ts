import { access, constants, mkdir, statfs } from 'node:fs/promises'

import { say } from '../../contract/sentences/say.ts'
import type { Finding } from '../../contract/finding.ts'
import type { ConfigProblem } from '../../contract/status.ts'
import type { Config, RunnerConfig } from '../config/schema.ts'
import { connectDocker } from '../docker/connect.ts'
import { distinctEndpoints, surroundings, type EndpointSettings } from '../docker/endpoint.ts'
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
    ...distinctEndpoints(config?.runners ?? []).map(docker),
    ...(config?.runners ?? []).map(askRunner),
  ])
  return [
    { about: say('about-node'), verdict: 'good', message: process.version },
    ...configuration(given),
    ...asked,
  ]
}

function configuration({ config, configFile, problems }: Examination): readonly Finding[] {
  const about = say('about-configuration')
  const findings = problems.map(({ path, line, message, remedy, severity }): Finding => ({
    about,
    verdict: severity === 'error' ? 'problem' : 'warning',
    message: line === undefined ? message : say('config-place', { file: configFile, line, path, message }),
    ...(remedy !== undefined && { remedy }),
  }))
  if (config === undefined) return findings
  return [{ about, verdict: 'good', message: runnersIn(configFile, config.runners.length) }, ...findings]
}

function runnersIn(file: string, count: number): string {
  if (file === '') return count === 1 ? say('one-runner-here') : say('some-runners-here', { count })
  return count === 1 ? say('one-runner', { file }) : say('some-runners', { count, file })
}

async function dataFolder(folder: string): Promise<Finding> {
  const about = say('about-data-folder')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = Math.floor((bavail * bsize) / 1024 ** 3)
    const message = say('data-free', { folder, free })
    if (free >= reserveGiB) return { about, verdict: 'good', message }
    return { about, verdict: 'warning', message, remedy: say('data-scarce') }
  } catch (error) {
    const message = `${folder}: ${(error as Error).message}`
    return { about, verdict: 'problem', message, remedy: say('data-elsewhere') }
  }
}

async function docker(settings: EndpointSettings): Promise<Finding> {
  const about = say('about-docker')
  try {
    const engine = await connectDocker(settings, surroundings())
    const { product, version, apiVersion, endpoint, because, os, architecture } = engine.about
    engine.close()
    const facts = { engine: `${product} ${version}`, api: apiVersion, os, architecture, endpoint, because }
    const message = say('docker-found', facts)
    return { about, verdict: 'good', message }
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error
    return { about, verdict: 'problem', message: error.problem, remedy: error.remedy }
  }
}
