import { shortToken } from '../../contract/token.ts'
import { removeRunner } from '../../engine/config/edits.ts'
import type { RunnerConfig } from '../../engine/config/schema.ts'
import type { Command } from '../command.ts'
import { CommandFailure } from '../command.ts'
import { configOption } from '../common-options.ts'
import { openConfig, systemIdFor } from '../config-access.ts'
import { serverAccess } from '../gitlab-server.ts'
import type { OptionValues } from '../option.ts'
import { removeRunners } from '../remove-runners.ts'
import { tokenCalls } from '../../engine/gitlab/token-calls.ts'

/** Only GitLab's clear refusal is a failure; a server that cannot be reached proves nothing (config-toml.md §10.4). */
export const verify: Command = {
  options: [
    configOption,
    { names: ['name', 'n'], kind: 'text', help: 'Only the runners of this name.' },
    { names: ['url', 'u'], kind: 'text', help: 'With --token: only at this address.' },
    { names: ['token', 't'], kind: 'text', help: 'Only the runners with this token.' },
    { names: ['delete'], kind: 'flag', help: 'Remove runners GitLab does not know from the file.' },
  ],
  async run(values, terminal) {
    await using store = await openConfig(values, terminal)
    const runners = store.current().runners.filter((runner) => isMeant(runner, values))
    if (runners.length === 0 && hasSelector(values)) {
      throw new CommandFailure('No runner of the configuration matches --name, --url and --token.')
    }
    const calls = tokenCalls({ ...serverAccess(terminal), systemId: await systemIdFor(store.file, terminal) })
    const gone: RunnerConfig[] = []
    for (const runner of runners) {
      const about = { runner: shortToken(runner.token), name: runner.name }
      const verdict = await calls.verify(runner, terminal.interrupted)
      if (verdict === 'valid') terminal.logger.info(about, 'Verifying runner... is valid')
      if (verdict === 'unknown') terminal.logger.warn(about, 'Verifying runner... GitLab could not be asked')
      if (verdict !== 'gone') continue
      terminal.logger.error(about, 'Verifying runner... is removed')
      gone.push(runner)
    }
    if (gone.length === 0) return 0
    if (values.flag('delete') !== true) {
      throw new CommandFailure('GitLab does not know every runner; --delete removes those from the file.')
    }
    await store.edit(removeRunners(gone, removeRunner))
    terminal.logger.info(`Removed ${gone.length} of ${runners.length} runners from ${store.file}`)
    return 0
  },
}

const hasSelector = (values: OptionValues) =>
  ['name', 'url', 'token'].some((name) => values.text(name) !== undefined)

/** Equal name, or equal token at an equal address, where an empty one or `*` on either side fits any. */
function isMeant(runner: RunnerConfig, values: OptionValues): boolean {
  if (!hasSelector(values)) return true
  const [name, url, token] = [values.text('name'), values.text('url') ?? '', values.text('token')]
  if (name !== undefined && runner.name === name) return true
  const anywhere = [url, runner.url].some((address) => address === '' || address === '*')
  return token !== undefined && runner.token === token && (anywhere || url === runner.url)
}
