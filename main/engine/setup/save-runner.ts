import { say } from '../../contract/sentences/say.ts'
import type { SavedRunner, SetupDraft } from '../../contract/setup.ts'
import { ApiError } from '../../contract/table.ts'
import { shortToken } from '../../contract/token.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { ConfigStore } from '../config/config-store.ts'
import { addRunner } from '../config/edits.ts'
import { runnerSection } from '../config/runner-section.ts'
import { parseConfig } from '../config/parse-config.ts'
import type { RunnerConfig } from '../config/schema.ts'
import type { Toolchain } from '../toolchain/toolchain.ts'
import { withToolchains } from './draft-toolchains.ts'
import type { TomlTable } from '../config/toml-write.ts'

/** The head of a file that begins with its first runner, as gitlab-runner writes it. */
const newFile = `concurrent = 1
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0

[session_server]
  session_timeout = 1800

`

/**
 * Appends a runner to config.toml.
 * @returns the runner as the file has it now, and the part of the file that was added, secrets hidden.
 * @throws ApiError `conflict` with the mistake when the file would not be valid.
 */
export async function writeRunner(
  store: ConfigStore,
  entry: TomlTable,
  toolchains: readonly Toolchain[] = [],
): Promise<{ readonly runner: RunnerConfig; readonly toml: string }> {
  await editFile(store, (text) => {
    const added = addRunner(text === '' ? newFile : text, entry)
    const last = (parseConfig(added, {}).config?.runners.length ?? 0) - 1
    return withToolchains(added, last, toolchains)
  })
  const { text } = await store.read()
  const { runners } = store.current()
  const runner = runners.at(-1)
  if (runner === undefined) throw new ApiError('internal', say('not-stored', { file: store.file }))
  return { runner, toml: runnerSection(text, runners.length - 1) }
}

/** @throws ApiError `conflict` when the file says something else than the user saw, or would be invalid. */
export async function editFile(
  store: ConfigStore,
  change: (text: string) => string,
  basedOn?: string,
): Promise<void> {
  try {
    if ((await store.edit(change, basedOn)) === 'written') return
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error
    throw new ApiError('conflict', error.message, { cause: error })
  }
  throw new ApiError('conflict', say('file-changed', { file: store.file }))
}

/** @param facts what the file does not say */
export const savedRunner = (
  { name, url, id, token }: RunnerConfig,
  facts: Pick<SavedRunner, 'key' | 'file' | 'toml' | 'practice' | 'systemId' | 'scope'>,
): SavedRunner => ({ name, url, shortToken: shortToken(token), ...facts, ...(id > 0 && { id }) })

/** What has to be said before a runner can be written. @throws ApiError `bad-input` */
export function requireComplete(draft: SetupDraft): void {
  if (draft.url.trim() === '') throw new ApiError('bad-input', say('url-missing'))
  if (draft.image.trim() === '') throw new ApiError('bad-input', say('image-missing'))
}
