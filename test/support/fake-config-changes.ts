import type { ChangedBy, ChangedPart, ConfigChange } from '../../main/contract/config-changes.ts'
import type { configChangesApi } from '../../main/contract/setup-api.ts'
import { say } from '../../main/contract/sentences/say.ts'
import { ApiError, type ApiImplementation } from '../../main/contract/table.ts'
import type { Watching } from './fake-setup.ts'

interface Version<T> extends ConfigChange {
  readonly file: T
}

interface FakeFile {
  readonly revision: string
  readonly file: string
  readonly toml: string
}

/** The memory of a file that is an object. @param put makes the file a former one. */
export function fakeConfigChanges<T extends FakeFile>(
  changes: Watching,
  now: () => T,
  put: (file: T) => void,
) {
  const versions: Version<T>[] = []
  const remember = (by: ChangedBy, parts: readonly ChangedPart[]) => {
    const file = now()
    // The first ones are of an hour ago, so that a page has ages to show.
    const at = Date.now() - Math.max(0, 3 - versions.length) * 3_600_000
    versions.push({ id: `${versions.length}`, at, by, revision: file.revision, parts, file })
  }
  remember('outside', [])
  const api: ApiImplementation<typeof configChangesApi> = {
    watchConfigChanges: (_, signal) =>
      changes.watch(
        () => ({
          file: now().file,
          revision: now().revision,
          changes: versions.map(({ file: _, ...change }) => change).toReversed(),
        }),
        signal,
      ),
    readConfigChange: ({ id }) => {
      const index = Number(id)
      const before = versions[index - 1]?.file.toml
      return { after: versions[index]?.file.toml ?? '', ...(before !== undefined && { before }) }
    },
    bringBackConfig: ({ to, basedOn }) => {
      if (basedOn !== now().revision)
        throw new ApiError('conflict', say('file-changed', { file: now().file }))
      const former = versions.findLast(({ revision }) => revision === to)
      if (former === undefined) throw new ApiError('not-found', say('version-gone'))
      put(former.file)
      remember('application', [{ runner: 'tangxin', key: 'limit', what: 'changed' }])
      changes.happened()
      return to
    },
  }
  return { api, remember }
}
