import { configFile, dataDirectory } from '../../engine/config/locations.ts'
import { ConfigRefused } from '../../engine/config/config-refused.ts'
import { addRunner } from '../../engine/config/edits.ts'
import { deepFreeze } from '../../engine/config/deep-freeze.ts'
import { parseConfig } from '../../engine/config/parse-config.ts'
import type { Config } from '../../engine/config/schema.ts'
import { CommandFailure, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { configOption, dataDirOption } from '../common-options.ts'
import { openConfig } from '../config-access.ts'
import { enoughJobs } from '../enough-jobs.ts'
import type { OptionValues } from '../option.ts'
import { runnerFromOptions, runnerOptions } from '../runner-options.ts'
import { obeySignals } from '../signals.ts'

/** One runner, one job at a time; nothing is watched and nothing is written (config-toml.md §10.4). */
export const runSingle: Command = {
  options: [
    configOption,
    dataDirOption,
    {
      names: ['runner', 'r'],
      kind: 'text',
      help: 'Take this runner of the configuration instead of options.',
    },
    {
      names: ['max-builds'],
      env: 'RUNNER_MAX_BUILDS',
      kind: 'number',
      help: 'End after so many jobs; 0 = never.',
    },
    {
      names: ['wait-timeout'],
      env: 'RUNNER_WAIT_TIMEOUT',
      kind: 'number',
      help: 'End after so many seconds without a job; 0 = never.',
    },
    ...runnerOptions,
  ],
  async run(values, terminal) {
    const config = await singleConfig(values, terminal)
    const { startEngine } = await terminal.engine()
    const engine = await startEngine({
      terminal,
      origin: { kind: 'fixed', config },
      dataDir: dataDirectory(values.text('data-dir'), terminal.around),
    })
    const done = new AbortController()
    const enough = enoughJobs(
      engine,
      { maxJobs: values.number('max-builds') ?? 0, waitSeconds: values.number('wait-timeout') ?? 0 },
      terminal.clock,
      done.signal,
    )
    try {
      return await obeySignals({
        source: process,
        engine,
        shutdownTimeout: () => engine.shutdownTimeout(),
        logger: terminal.logger,
        interrupted: terminal.interrupted,
        enough,
      })
    } finally {
      done.abort()
    }
  },
}

async function singleConfig(values: OptionValues, terminal: Terminal): Promise<Config> {
  const name = values.text('runner')
  if (name !== undefined) {
    await using store = await openConfig(values, terminal)
    const config = store.current()
    const runner = config.runners.find((known) => known.name === name)
    if (!runner) {
      const file = configFile(values.text('config'), terminal.around)
      throw new CommandFailure(`${file} has no runner named "${name}"; "drydock list" shows all.`)
    }
    return deepFreeze({ ...config, concurrent: 1, runners: [runner] })
  }
  for (const option of ['url', 'token', 'executor']) {
    if (values.text(option) === undefined) throw new CommandFailure(`A runner needs --${option}.`)
  }
  terminal.hide(values.text('token') ?? '')
  const entry = { name: terminal.hostname, ...runnerFromOptions(values) }
  const { config, problems } = parseConfig(addRunner('', entry), { environment: terminal.around.environment })
  if (!config) throw new ConfigRefused('the options', problems)
  return config
}
