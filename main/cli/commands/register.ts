import { readFile } from 'node:fs/promises'

import { isCreatedRunnerToken, shortToken } from '../../contract/token.ts'
import { addRunner } from '../../engine/config/edits.ts'
import { fillFromTemplate, readTemplate } from '../../engine/config/template.ts'
import type { TomlTable } from '../../engine/config/toml-write.ts'
import { CommandFailure, type Command } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { configOption } from '../common-options.ts'
import { openConfig, systemIdFor } from '../config-access.ts'
import type { Option, OptionValues } from '../option.ts'
import { openPrompt, type Prompt } from '../prompt.ts'
import { announceRunner, serverOf, type Announced } from '../register/announce-runner.ts'
import { askExecutor } from '../register/ask-executor.ts'
import { legacyOptions, readLegacy } from '../register/legacy-options.ts'
import { newConfigText } from '../register/new-config.ts'
import { orderEntry } from '../register/order-entry.ts'
import { runnerFromOptions, runnerOptions } from '../runner-options.ts'
import { takeOut } from './unregister.ts'

const options: readonly Option[] = [
  configOption,
  {
    names: ['template-config'],
    env: 'TEMPLATE_CONFIG_FILE',
    kind: 'text',
    help: 'A file with one [[runners]] that fills in what is not given.',
  },
  {
    names: ['non-interactive', 'n'],
    env: 'REGISTER_NON_INTERACTIVE',
    kind: 'flag',
    help: 'Ask nothing; fail where something is missing.',
  },
  {
    names: ['leave-runner'],
    env: 'REGISTER_LEAVE_RUNNER',
    kind: 'flag',
    help: 'Do not take the runner out of GitLab again if a later step fails.',
  },
  {
    names: ['registration-token', 'r'],
    env: 'REGISTRATION_TOKEN',
    kind: 'text',
    help: 'A registration token (deprecated by GitLab), or a glrt- token.',
  },
  ...legacyOptions,
  ...runnerOptions,
]

/** Asks or reads what is missing, then tells GitLab and the file (config-toml.md §10.2). */
export const register: Command = {
  options,
  async run(values, terminal) {
    const legacy = readLegacy(values)
    for (const name of ['token', 'registration-token']) terminal.hide(values.text(name) ?? '')
    const given = { name: terminal.hostname, ...runnerFromOptions(values) }
    const template = await templateOf(values)
    let entry = template ? fillFromTemplate(given, template) : given

    await using store = await openConfig(values, terminal)
    const systemId = await systemIdFor(store.file, terminal)
    using prompt = promptOf(values, terminal)

    const announced = await announceRunner({ entry, values, legacy, store, systemId, prompt, terminal })
    terminal.hide(announced.token)
    try {
      entry = { ...entry, ...withoutUndefined(announced.entry) }
      if (announced.wantsName) entry = { ...entry, name: await askName(entry, prompt) }
      entry = await askExecutor(entry, prompt)
      terminal.interrupted.throwIfAborted()
      await store.edit((text) => addRunner(text === '' ? newConfigText : text, orderEntry(entry)))
    } catch (error) {
      if (values.flag('leave-runner') !== true) await undo(announced, systemId, terminal)
      throw error
    }
    warnOfLimits(entry, store.current().concurrent, terminal)
    terminal.logger.info('Runner registered successfully. A running Drydock takes it up by itself.')
    terminal.logger.info(`Configuration (with the authentication token) was saved in ${store.file}`)
    return 0
  },
}

const askName = ({ name }: TomlTable, prompt: Prompt): Promise<string> =>
  prompt.ask(
    'Enter a name for the runner. This is stored only in the local config.toml file:',
    typeof name === 'string' ? name : '',
  )

async function templateOf(values: OptionValues): Promise<TomlTable | undefined> {
  const file = values.text('template-config')
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandFailure(`The template ${file} cannot be read.`, { cause })
  })
  return readTemplate(text, file)
}

function promptOf(values: OptionValues, { stdin, stdout, interrupted }: Terminal): Prompt {
  if (values.flag('non-interactive') !== true) return openPrompt(stdin, stdout, interrupted)
  return { ask: (_, present = '') => Promise.resolve(present), [Symbol.dispose]: () => undefined }
}

/** The user's interruption must not keep us from tidying up after it. */
async function undo(announced: Announced, systemId: string, terminal: Terminal): Promise<void> {
  const { token, entry } = announced
  const signal = AbortSignal.timeout(30_000)
  const problem = await takeOut({ ...serverOf(entry), token }, systemId, terminal, signal).catch(String)
  const about = isCreatedRunnerToken(token) ? 'this machine from the runner' : 'the runner'
  const name = shortToken(token)
  if (problem === undefined)
    terminal.logger.warn(`Registration failed; took ${about} ${name} out of GitLab again`)
  else
    terminal.logger.error(
      `Registration failed, and ${about} ${name} could not be taken out again: ${problem}`,
    )
}

function warnOfLimits(entry: TomlTable, concurrent: number, { logger }: Terminal): void {
  for (const key of ['limit', 'request_concurrency'] as const) {
    const value = entry[key]
    if (typeof value !== 'number' || value <= concurrent) continue
    logger.warn(
      `${key} is ${value}, but concurrent allows ${concurrent} jobs over all runners; raise it in the file`,
    )
  }
}

const withoutUndefined = (table: TomlTable): TomlTable =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined))
