import { readFile } from 'node:fs/promises'

import { say } from '../contract/sentences/say.ts'
import type { Finding } from '../contract/finding.ts'
import { certsDirectory } from '../engine/config/locations.ts'
import { parseConfig, type ParsedConfig } from '../engine/config/parse-config.ts'
import type { RunnerConfig } from '../engine/config/schema.ts'
import { readSystemId } from '../engine/config/system-id.ts'
import { examine as look } from '../engine/diagnostics/examine.ts'
import { verifyRunner } from '../engine/gitlab/lifecycle.ts'
import { runnerInfo } from '../engine/gitlab/runner-info.ts'
import type { StatusRequest } from './engine-port.ts'
import { withServer } from '../engine/gitlab/with-server.ts'

const marks = { good: '✓', warning: '!', problem: '✕' } as const

/** Looks for what would keep jobs from running, and prints it. @returns 0 when nothing would. */
export async function examine(request: StatusRequest): Promise<number> {
  const { terminal, configFile, dataDir } = request
  const { config, problems } = await readConfig(request)
  const findings = await look({
    config,
    problems,
    configFile,
    dataDir,
    askRunner: (runner) => askGitLab(runner, request),
  })
  const { stdout } = terminal
  if (request.json) stdout.write(`${JSON.stringify(findings)}\n`)
  else for (const finding of findings) stdout.write(`${inWords(finding)}\n`)
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0
}

const inWords = ({ about, verdict, message, remedy }: Finding) =>
  `${marks[verdict]} ${about}: ${message}${remedy === undefined ? '' : `\n    ${remedy}`}`

async function readConfig({ configFile, terminal }: StatusRequest): Promise<ParsedConfig> {
  const text = await readFile(configFile, 'utf8').catch(() => undefined)
  if (text !== undefined) return parseConfig(text, { environment: terminal.around.environment })
  const remedy = 'Register a runner: drydock register'
  return {
    config: undefined,
    problems: [{ path: '', message: 'the file cannot be read', remedy, severity: 'error' }],
  }
}

async function askGitLab(runner: RunnerConfig, { terminal, configFile }: StatusRequest): Promise<Finding> {
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
        return { about, verdict: 'good', message: say('knows-token', { url: runner.url }) }
      case 'removed':
        return {
          about,
          verdict: 'problem',
          message: answer.problem,
          remedy: say('register-with'),
        }
      case 'unavailable':
        return {
          about,
          verdict: 'problem',
          message: answer.problem,
          remedy: say('check-reach', { url: runner.url }),
        }
    }
  } catch (error) {
    return {
      about,
      verdict: 'problem',
      message: (error as Error).message,
      remedy: say('correct-url'),
    }
  }
}
