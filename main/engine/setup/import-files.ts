import { access, constants, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import { ApiError } from '../../contract/table.ts'
import type { SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'home' | 'store'> & { readonly usualConfigs?: readonly string[] }

/** Where gitlab-runner keeps its configuration: as root, as a user, and in the volume its documentation names. */
const usualConfigs = (home: string): readonly string[] => [
  '/etc/gitlab-runner/config.toml',
  join(home, '.gitlab-runner/config.toml'),
  '/srv/gitlab-runner/config/config.toml',
]

/** Those of them that can be read, without the one that is in use. */
export async function listImportFiles(parts: Parts): Promise<readonly string[]> {
  const own = await realpath(parts.store.file).catch(() => parts.store.file)
  const found = await Promise.all(
    (parts.usualConfigs ?? usualConfigs(parts.home)).map(async (file) => {
      try {
        await access(file, constants.R_OK)
        return (await realpath(file)) === own ? [] : [file]
      } catch {
        return []
      }
    }),
  )
  return found.flat()
}

/** @throws ApiError `bad-input` for a file that was not offered: no page may have any file read. */
export async function readImport(
  parts: Parts,
  source: { readonly text: string } | { readonly file: string },
): Promise<string> {
  if ('text' in source) return source.text
  if (!(await listImportFiles(parts)).includes(source.file))
    throw new ApiError('bad-input', say('import-file-gone', { file: source.file }))
  return readFile(source.file, 'utf8')
}
