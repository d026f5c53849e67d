import { say } from '../../contract/sentences/say.ts'
import { configChangesApi, runnerPageApi, setupApi } from '../../contract/setup-api.ts'
import { ApiError, type ApiImplementation, type Table } from '../../contract/table.ts'
import type { Pool } from '../pool.ts'
import { AccessTokens } from './access-tokens.ts'
import { createConfigChanges } from './config-changes.ts'
import { createMountPolicy } from './mount-policy.ts'
import { createRunnerPage } from './runner-page.ts'
import { createSetup } from './setup.ts'
import type { SetupWorld } from './world.ts'

const table = { ...setupApi, ...runnerPageApi, ...configChangesApi }

export type SetupApi = ApiImplementation<typeof table>

export interface OfferedSetup extends AsyncDisposable {
  readonly api: SetupApi
  readonly practiceUrl: string | undefined
}

/** The wizard and the runners' pages, where there is a file to write. */
export function offerSetup(
  world: SetupWorld | undefined,
  pool: Pick<Pool, 'pauseRunner' | 'resumeRunner'>,
  practiceStarted: () => void,
): OfferedSetup {
  if (world === undefined)
    return { api: refusing(table), practiceUrl: undefined, async [Symbol.asyncDispose]() {} }
  const accessTokens = new AccessTokens(world.secrets)
  const mounts = createMountPolicy({ ...world, root: world.dirs.root, configFile: world.store.file })
  const setup = createSetup(world, accessTokens, mounts, practiceStarted)
  return {
    api: {
      ...setup.api,
      ...createRunnerPage(world, pool, accessTokens, mounts),
      ...createConfigChanges(world.store, world.versions),
    },
    get practiceUrl() {
      return setup.practiceUrl
    },
    [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose](),
  }
}

/** What there is no file for. */
export function refusing<T extends Table>(table: T): ApiImplementation<T> {
  const refuse: unknown = () => {
    throw new ApiError('unavailable', say('no-file'))
  }
  return Object.fromEntries(Object.keys(table).map((name) => [name, refuse])) as ApiImplementation<T>
}
