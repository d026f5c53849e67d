import { shortToken } from '../../contract/token.ts'
import { rotateToken, type RotationParts, type TokenCalls } from '../../engine/config/rotate-token.ts'
import { rotationJournal } from '../../engine/config/rotation-journal.ts'
import type { RunnerConfig } from '../../engine/config/schema.ts'
import { resetTokenByAccess } from '../../engine/gitlab/lifecycle.ts'
import { CommandFailure, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { configOption } from '../common-options.ts'
import { openConfig, systemIdFor } from '../config-access.ts'
import { atServer, serverAccess } from '../gitlab-server.ts'
import type { OptionValues } from '../option.ts'
import { tokenCalls } from '../../engine/gitlab/token-calls.ts'

export const resetToken: Command = {
  options: [
    configOption,
    { names: ['name', 'n'], kind: 'text', help: 'The runner of this name.' },
    {
      names: ['url', 'u'],
      env: 'CI_SERVER_URL',
      kind: 'text',
      help: 'With --id: the address of its GitLab.',
    },
    { names: ['id', 'i'], kind: 'number', help: "With --url: the runner's id on GitLab." },
    {
      names: ['pat'],
      kind: 'text',
      help: 'A personal access token to ask with, instead of the current token.',
    },
    { names: ['all-runners'], kind: 'flag', help: 'Every runner of the configuration.' },
  ],
  async run(values, terminal) {
    await using store = await openConfig(values, terminal)
    const systemId = await systemIdFor(store.file, terminal)
    const parts: RotationParts = {
      store,
      journal: rotationJournal(store.file),
      calls: callsWith(values.text('pat'), terminal, tokenCalls({ ...serverAccess(terminal), systemId })),
      now: () => terminal.clock.now(),
      logger: terminal.logger,
    }
    const all = values.flag('all-runners') === true
    const { runners } = store.current()
    for (const runner of all ? runners : [chooseOne(runners, values)]) {
      const result = await rotateToken(runner, parts, terminal.interrupted)
      for (const { token } of store.current().runners) terminal.hide(token)
      const about = { runner: shortToken(runner.token), name: runner.name }
      if (result.kind === 'rotated' || result.kind === 'unproven') {
        terminal.logger.info(about, 'The token has been replaced')
        continue
      }
      const problem = 'problem' in result ? result.problem : 'GitLab refuses the token it gave out'
      if (!all)
        throw new CommandFailure(`The token of ${shortToken(runner.token)} was not replaced: ${problem}.`)
      terminal.logger.error(about, `The token was not replaced: ${problem}`)
    }
    terminal.logger.info(`Updated ${store.file}`)
    return 0
  },
}

function chooseOne(runners: readonly RunnerConfig[], values: OptionValues): RunnerConfig {
  const [name, url, id] = [values.text('name'), values.text('url'), values.number('id')]
  if (name === undefined && (url === undefined || id === undefined)) {
    throw new CommandFailure('Say which runner: --name, --url with --id, or --all-runners.')
  }
  const found = runners.find((runner) =>
    name === undefined ? runner.url === url && runner.id === id : runner.name === name,
  )
  if (found) return found
  throw new CommandFailure('No runner of the configuration matches; "drydock list" shows all.')
}

function callsWith(pat: string | undefined, terminal: Terminal, calls: TokenCalls): TokenCalls {
  if (pat === undefined) return calls
  terminal.hide(pat)
  return {
    ...calls,
    resetToken: (runner, signal) => {
      if (runner.id === 0) {
        const problem = 'the file does not tell its id on GitLab, which --pat needs'
        return Promise.resolve({ kind: 'refused', problem })
      }
      const request = { runnerId: runner.id, accessToken: pat }
      return atServer(runner, terminal, (transport) => resetTokenByAccess(transport, request, signal))
    },
  }
}
