import { isCreatedRunnerToken, shortToken } from '../../contract/token.ts'
import type { ConfigStore } from '../../engine/config/config-store.ts'
import type { RunnerConfig } from '../../engine/config/schema.ts'
import type { TomlTable, TomlValue } from '../../engine/config/toml-write.ts'
import { registerRunner, verifyRunner, type VerifyAnswer } from '../../engine/gitlab/lifecycle.ts'
import { clientInfo } from '../../engine/gitlab/runner-info.ts'
import { CommandFailure } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { atServer } from '../gitlab-server.ts'
import type { OptionValues } from '../option.ts'
import type { Prompt } from '../prompt.ts'
import { readTags, type LegacySettings } from './legacy-options.ts'

export interface AnnounceRequest {
  readonly entry: TomlTable
  readonly values: OptionValues
  readonly legacy: LegacySettings
  readonly store: Pick<ConfigStore, 'current'>
  readonly systemId: string
  readonly prompt: Prompt
  readonly terminal: Terminal
}

/** A runner GitLab now knows. */
export interface Announced {
  readonly token: string
  /** Keys of the entry that GitLab or the user gave meanwhile. */
  readonly entry: TomlTable
  /** Its name is still to be asked: a created runner has one in GitLab, this one is for the file alone. */
  readonly wantsName?: true
}

/** Steps 2 to 5 of config-toml.md §10.2. @throws CommandFailure when GitLab does not take the runner. */
export async function announceRunner(request: AnnounceRequest): Promise<Announced> {
  const { values, prompt } = request
  const url = await prompt.ask(
    'Enter the GitLab instance URL (for example, https://gitlab.com/):',
    textOf(request.entry['url']),
  )
  if (url === '') throw new CommandFailure('The address of GitLab is missing; use --url.')
  const asked = { ...request, entry: { ...request.entry, url } }

  const token = values.text('token')
  if (token !== undefined && !isCreatedRunnerToken(token)) return checkOldToken(asked, token)
  const given = token ?? values.text('registration-token')
  const answer = given ?? (await prompt.ask('Enter the registration token:'))
  if (answer === '')
    throw new CommandFailure('The token is missing; use --token with one GitLab made (glrt-…).')
  request.terminal.hide(answer)
  return isCreatedRunnerToken(answer) ? verifyCreated(asked, answer) : registerLegacy(asked, answer)
}

const textOf = (value: TomlValue | undefined) => (typeof value === 'string' ? value : '')

/** Where a runner-to-be's GitLab is. */
export const serverOf = (
  entry: TomlTable,
): Pick<RunnerConfig, 'url' | 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'> => ({
  url: textOf(entry['url']),
  'tls-ca-file': textOf(entry['tls-ca-file']),
  'tls-cert-file': textOf(entry['tls-cert-file']),
  'tls-key-file': textOf(entry['tls-key-file']),
})

const ask = ({ entry, systemId, terminal }: AnnounceRequest, token: string): Promise<VerifyAnswer> =>
  atServer(serverOf(entry), terminal, (transport) =>
    verifyRunner(transport, { token, systemId, info: clientInfo() }, terminal.interrupted),
  )

/** A runner token from before GitLab 16: it is what it is, only a clear refusal counts. */
async function checkOldToken(request: AnnounceRequest, token: string): Promise<Announced> {
  const answer = await ask(request, token)
  if (answer.kind === 'removed') throw new CommandFailure(`GitLab refuses the token: ${answer.problem}.`)
  return { token, entry: { ...request.entry, token } }
}

async function verifyCreated(request: AnnounceRequest, token: string): Promise<Announced> {
  const { values, legacy, store, terminal, entry } = request
  if (legacy.given.length > 0) {
    const flags = legacy.given.join(', ')
    const message = `A runner created in GitLab has its settings there: ${flags} cannot be given here.`
    if (values.text('token') !== undefined) throw new CommandFailure(message)
    terminal.logger.warn(`${message} They are ignored.`)
  }
  if (store.current().runners.some((runner) => runner.token === token)) {
    terminal.logger.warn(
      `The runner ${shortToken(token)} is in the configuration already; it will stand there twice`,
    )
  }
  const answer = await ask(request, token)
  if (answer.kind !== 'valid' || answer.id === 0) {
    const problem = 'problem' in answer ? answer.problem : 'it did not tell the id of the runner'
    throw new CommandFailure(`GitLab does not confirm the runner: ${problem}.`)
  }
  terminal.logger.info({ runner: shortToken(token) }, 'Verifying runner... is valid')
  return {
    token,
    entry: { ...entry, ...issued(answer.id, token, answer.expiresAt, request) },
    wantsName: true,
  }
}

async function registerLegacy(request: AnnounceRequest, registrationToken: string): Promise<Announced> {
  const { legacy, terminal, prompt, entry } = request
  terminal.logger.warn(
    'Registration tokens are deprecated and end with GitLab 20; create the runner in GitLab and use its glrt- token',
  )
  const name = await prompt.ask('Enter a description for the runner:', textOf(entry['name']))
  const tagLine = await prompt.ask('Enter tags for the runner (comma-separated):', legacy.tags.join(','))
  const maintenanceNote = await prompt.ask(
    'Enter optional maintenance note for the runner:',
    legacy.maintenanceNote,
  )
  const tags = readTags(tagLine)
  const { given: _, ...settings } = legacy
  const answer = await atServer(serverOf(entry), terminal, (transport) =>
    registerRunner(
      transport,
      {
        ...settings,
        registrationToken,
        description: name,
        maintenanceNote,
        tags,
        runUntagged: settings.runUntagged || tags.length === 0,
      },
      terminal.interrupted,
    ),
  )
  if (answer.kind !== 'registered') {
    throw new CommandFailure(`GitLab does not register the runner: ${answer.problem}.`)
  }
  terminal.logger.info({ runner: shortToken(answer.token) }, 'Registering runner... succeeded')
  const entryOf = issued(answer.id, answer.token, answer.expiresAt, request)
  return { token: answer.token, entry: { ...entry, name, ...entryOf } }
}

function issued(
  id: number,
  token: string,
  expires: Date | undefined,
  { terminal }: AnnounceRequest,
): TomlTable {
  const seconds = Math.floor(terminal.clock.now() / 1000)
  return {
    id,
    token,
    token_obtained_at: new Date(seconds * 1000),
    // gitlab-runner writes year 1 for a token that never expires.
    token_expires_at: expires ?? new Date('0001-01-01T00:00:00Z'),
  }
}
