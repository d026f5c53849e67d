import type { configChangesApi } from '../../contract/setup-api.ts'
import { say } from '../../contract/sentences/say.ts'
import { ApiError, type ApiImplementation } from '../../contract/table.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { ConfigStore } from '../config/config-store.ts'
import type { ConfigVersions } from '../config/config-versions.ts'
import { LostSecrets, withoutSeals } from '../config/sealed-text.ts'

/** What the pages ask of former texts of config.toml. */
export function createConfigChanges(
  store: Pick<ConfigStore, 'file' | 'read' | 'bringBack'>,
  versions: ConfigVersions,
): ApiImplementation<typeof configChangesApi> {
  const now = async () => ({
    file: store.file,
    revision: (await store.read()).revision,
    changes: await versions.list(),
  })
  return {
    async *watchConfigChanges(_, signal) {
      const changes = versions.watch(signal)
      yield await now()
      for await (const _ of changes) yield await now()
    },
    readConfigChange: async ({ id }) => {
      const found = await versions.read(id)
      if (found === undefined) throw new ApiError('not-found', say('version-gone'))
      const { before, after } = found
      return {
        after: withoutSeals(after),
        ...(before !== undefined && { before: withoutSeals(before) }),
      }
    },
    bringBackConfig: async ({ to, basedOn }) => {
      const change = (await versions.list()).find(({ revision }) => revision === to)
      const former = change && (await versions.read(change.id))
      if (former === undefined) throw new ApiError('not-found', say('version-gone'))
      try {
        if ((await store.bringBack(former.after, basedOn)) === 'written') return (await store.read()).revision
      } catch (error) {
        if (!(error instanceof ConfigRefused || error instanceof LostSecrets)) throw error
        throw new ApiError('conflict', error.message, { cause: error })
      }
      throw new ApiError('conflict', say('file-changed', { file: store.file }))
    },
  }
}
