import { isCreatedRunnerToken, shortToken } from '../../contract/token.ts'
import { removeRunner } from '../../engine/config/edits.ts'
import type { RunnerConfig } from '../../engine/config/schema.ts'
import { unregisterManager, unregisterRunner } from '../../engine/gitlab/lifecycle.ts'
import { CommandFailure, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { configOption } from '../common-options.ts'
import { openConfig, systemIdFor } from '../config-access.ts'
import { atServer } from '../gitlab-server.ts'
import type { OptionValues } from '../option.ts'
import { removeRunners } from '../remove-runners.ts'

export const unregister: Command = {
  options: [
    configOption,
    { names: ['name', 'n'], kind: 'text', help: 'The runner of this name.' },
    { names: ['token', 't'], env: 'CI_SERVER_TOKEN', kind: 'text', help: 'The runner with this token.' },
    { names: ['url', 'u'], env: 'CI_SERVER_URL', kind: 'text', help: 'Accepted and ignored.' },
    { names: ['all-runners'], kind: 'flag', help: 'Every runner of the configuration.' },
  ],
  async run(values, terminal) {
    await using store = await openConfig(values, terminal)
    const { runners } = store.current()
    const all = values.flag('all-runners') === true
    const chosen = all ? runners : [chooseOne(runners, values)]
    const systemId = await systemIdFor(store.file, terminal)
    const gone: RunnerConfig[] = []
    for (const runner of chosen) {
      const problem = await takeOut(runner, systemId, terminal)
      const about = { runner: shortToken(runner.token), name: runner.name }
      if (problem === undefined) {
        terminal.logger.info(about, 'Unregistering runner from GitLab succeeded')
        gone.push(runner)
      } else if (all) {
        terminal.logger.error(about, `Unregistering runner from GitLab failed: ${problem}`)
      } else {
        throw new CommandFailure(`The runner ${shortToken(runner.token)} stays registered: ${problem}.`)
      }
    }
    await store.edit(removeRunners(gone, removeRunner))
    terminal.logger.info(`Updated ${store.file}`)
    return 0
  },
}

function chooseOne(runners: readonly RunnerConfig[], values: OptionValues): RunnerConfig {
  const [name, token] = [values.text('name'), values.text('token')]
  if (name === undefined && token === undefined) {
    throw new CommandFailure('Say which runner: --name, --token, or --all-runners.')
  }
  const found = runners.find(
    (runner) =>
      (name === undefined || runner.name === name) && (token === undefined || runner.token === token),
  )
  if (found) return found
  throw new CommandFailure(
    'No runner of the configuration has this name and token; "drydock list" shows all.',
  )
}

/** @returns what went wrong. */
export async function takeOut(
  runner: Pick<RunnerConfig, 'url' | 'token' | 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'>,
  systemId: string,
  terminal: Terminal,
  signal: AbortSignal = terminal.interrupted,
): Promise<string | undefined> {
  const { token } = runner
  const answer = await atServer(runner, terminal, (transport) =>
    isCreatedRunnerToken(token)
      ? unregisterManager(transport, { token, systemId }, signal)
      : unregisterRunner(transport, token, signal),
  )
  return answer.kind === 'unregistered' ? undefined : answer.problem
}
