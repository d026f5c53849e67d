import { readFile } from 'node:fs/promises'

import { say } from '../../contract/sentences/say.ts'
import { configurationError } from './configuration-error.ts'

/**
 * `seccomp=<file>` names a file on the runner's host, whose JSON is sent instead (docker-executor.md §11.1).
 * Everything else goes through as it is.
 */
export const resolveSecurityOpt = (options: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    options.map(async (option) => {
      const [, file] = /^seccomp[=:](.+)$/s.exec(option) ?? []
      if (
        file === undefined ||
        file === 'unconfined' ||
        file === 'builtin' ||
        file.trimStart().startsWith('{')
      )
        return option
      try {
        return `seccomp=${JSON.stringify(JSON.parse(await readFile(file, 'utf8')))}`
      } catch (cause) {
        throw configurationError(say('seccomp-unreadable', { file }), cause)
      }
    }),
  )
