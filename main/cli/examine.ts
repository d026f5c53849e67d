import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises'

import { parseConfig } from '../engine/config/parse-config.ts'
import { certsDirectory } from '../engine/config/locations.ts'
import type { Config, RunnerConfig } from '../engine/config/schema.ts'
import { readSystemId } from '../engine/config/system-id.ts'
import { connectDocker } from '../engine/docker/connect.ts'
import { surroundings } from '../engine/docker/endpoint.ts'
import { EngineUnreachable } from '../engine/docker/engine-unreachable.ts'
import { verifyRunner } from '../engine/gitlab/lifecycle.ts'
import { runnerInfo } from '../engine/gitlab/runner-info.ts'
import type { StatusRequest } from './engine-port.ts'
import { withServer } from './token-calls.ts'

export interface Finding {
  readonly about: string
  readonly verdict: 'good' | 'warning' | 'problem'
  readonly message: string
  readonly remedy?: string
}

const marks = { good: '✓', warning: '!', problem: '✕' } as const
const reserveGiB = 5

/** Looks for what would keep jobs from running, and prints it. @returns 0 when nothing would. */
export async function examine(request: StatusRequest): Promise<number> {
  const config = await readConfig(request)
  const asked = await Promise.all([
    dataFolder(request.dataDir),
    ...dockerHosts(config.value).map(docker),
    ...(config.value?.runners ?? []).map((runner) => gitlab(runner, request)),
  ])
  const findings = [nodeVersion(), ...config.findings, ...asked.flat()]
  const { stdout } = request.terminal
  if (request.json) stdout.write(`${JSON.stringify(findings)}\n`)
  else for (const finding of findings) stdout.write(`${inWords(finding)}\n`)
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0
}

const inWords = ({ about, verdict, message, remedy }: Finding) =>
  `${marks[verdict]} ${about}: ${message}${remedy === undefined ? '' : `\n    ${remedy}`}`

const nodeVersion = (): Finding => ({ about: 'Node.js', verdict: 'good', message: process.version })

async function readConfig({
  configFile,
  terminal,
}: StatusRequest): Promise<{ value?: Config; findings: Finding[] }> {
  const about = 'Configuration'
  const text = await readFile(configFile, 'utf8').catch(() => undefined)
  if (text === undefined) {
    const remedy = 'Register a runner: drydock register'
    return { findings: [{ about, verdict: 'problem', message: `${configFile} cannot be read`, remedy }] }
  }
  const { config, problems } = parseConfig(text, { environment: terminal.around.environment })
  const findings = problems.map(({ path, line, message, remedy, severity }): Finding => ({
    about,
    verdict: severity === 'error' ? 'problem' : 'warning',
    message: `${configFile}${line === undefined ? '' : `:${line}`} ${path}: ${message}`,
    ...(remedy !== undefined && { remedy }),
  }))
  if (config === undefined) return { findings }
  const count = `${config.runners.length} runner${config.runners.length === 1 ? '' : 's'} in ${configFile}`
  return { value: config, findings: [{ about, verdict: 'good', message: count }, ...findings] }
}

async function dataFolder(folder: string): Promise<Finding[]> {
  const about = 'Data folder'
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = Math.floor((bavail * bsize) / 1024 ** 3)
    const message = `${folder}, ${free} GiB free`
    if (free >= reserveGiB) return [{ about, verdict: 'good', message }]
    return [{ about, verdict: 'warning', message, remedy: 'Logs and images need space: free some' }]
  } catch (error) {
    return [
      {
        about,
        verdict: 'problem',
        message: `${folder}: ${(error as Error).message}`,
        remedy: 'Choose another with --data-dir',
      },
    ]
  }
}

type DockerSettings = NonNullable<RunnerConfig['docker']>

/** Each engine once, whatever number of runners use it; the usual one where no runner says. */
function dockerHosts(
  config: Config | undefined,
): readonly Pick<DockerSettings, 'host' | 'tls_cert_path' | 'tls_verify'>[] {
  const named = (config?.runners ?? []).flatMap(({ docker: settings }) =>
    settings === undefined ? [] : [settings],
  )
  const distinct = new Map(named.map((settings) => [settings.host, settings]))
  return distinct.size === 0 ? [{ host: '', tls_cert_path: '', tls_verify: false }] : [...distinct.values()]
}

async function docker(
  settings: Pick<DockerSettings, 'host' | 'tls_cert_path' | 'tls_verify'>,
): Promise<Finding[]> {
  const about = 'Docker engine'
  try {
    const engine = await connectDocker(settings, surroundings())
    const { version, apiVersion, endpoint, because, os, architecture } = engine.about
    engine.close()
    const message = `${version} (API ${apiVersion}, ${os}/${architecture}) at ${endpoint}, because ${because}`
    return [{ about, verdict: 'good', message }]
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error
    return [{ about, verdict: 'problem', message: error.problem, remedy: error.remedy }]
  }
}

async function gitlab(runner: RunnerConfig, { terminal, configFile }: StatusRequest): Promise<Finding[]> {
  const about = `Runner ${runner.name}`
  const { around, clock, logger } = terminal
  try {
    const systemId = await readSystemId({ configFile, onWarning: () => {} })
    const access = { certsDir: certsDirectory(around), env: around.environment, clock, logger }
    const answer = await withServer(runner, access, (transport) =>
      verifyRunner(
        transport,
        { token: runner.token, systemId, info: runnerInfo(runner, runner.labels) },
        terminal.interrupted,
      ),
    )
    switch (answer.kind) {
      case 'valid':
      case 'valid-without-details':
        return [{ about, verdict: 'good', message: `${runner.url} knows its token` }]
      case 'removed':
        return [
          {
            about,
            verdict: 'problem',
            message: answer.problem,
            remedy: 'Register it again: drydock register',
          },
        ]
      case 'unavailable':
        return [
          {
            about,
            verdict: 'problem',
            message: answer.problem,
            remedy: `Check that ${runner.url} can be reached from here`,
          },
        ]
    }
  } catch (error) {
    return [
      {
        about,
        verdict: 'problem',
        message: (error as Error).message,
        remedy: 'Correct its url in the configuration',
      },
    ]
  }
}
