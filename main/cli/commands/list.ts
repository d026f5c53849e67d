import { shortToken } from '../../contract/token.ts'
import type { RunnerConfig } from '../../engine/config/schema.ts'
import { whyNotPolled } from '../../engine/config/pollable.ts'
import type { Command } from '../command.ts'
import { configOption, jsonOption } from '../common-options.ts'
import { openConfig } from '../config-access.ts'

/** Unlike gitlab-runner's, it prints tokens whole only when asked to: lists end up in bug reports. */
export const list: Command = {
  options: [
    configOption,
    jsonOption,
    { names: ['full-tokens'], kind: 'flag', help: 'Show tokens whole, as gitlab-runner does.' },
  ],
  async run(values, terminal) {
    const full = values.flag('full-tokens') === true
    const tokenOf = ({ token }: RunnerConfig) => (full ? token : shortToken(token))
    const runners = await readRunners()

    async function readRunners(): Promise<readonly RunnerConfig[]> {
      try {
        await using store = await openConfig(values, terminal)
        terminal.logger.info(`Listing configured runners    ConfigFile=${store.file}`)
        return store.current().runners
      } catch (error) {
        terminal.logger.warn(error instanceof Error ? error.message : String(error))
        return []
      }
    }

    if (values.flag('json') === true) {
      const rows = runners.map((runner) => ({
        name: runner.name,
        executor: runner.executor,
        token: tokenOf(runner),
        url: runner.url,
        ...(whyNotPolled(runner) !== undefined && { notPolledBecause: whyNotPolled(runner) }),
      }))
      terminal.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
      return 0
    }
    for (const runner of runners) {
      const { name, executor, url } = runner
      // Past the logger, which would hide the token.
      terminal.stderr.write(`${name.padEnd(50)} Executor=${executor} Token=${tokenOf(runner)} URL=${url}\n`)
    }
    return 0
  },
}
