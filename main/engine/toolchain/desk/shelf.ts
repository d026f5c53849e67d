import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'

import type { JobSummary } from '../../../contract/job.ts'
import type {
  Adoptable,
  FingerprintState,
  JobView,
  RunnerName,
  ShelvedToolchain,
  ShelvedVersion,
  ToolchainShelf,
} from '../../../contract/toolchain.ts'
import type { Config, RunnerConfig } from '../../config/schema.ts'
import { recogniseToolchains } from '../recognise.ts'
import type { ToolchainLibrary } from '../library.ts'
import { referenceOf, searchFolders, type Toolchain } from '../toolchain.ts'
import { formOf, runnersWith } from './desk.ts'

export interface ShelfParts {
  readonly library: ToolchainLibrary
  readonly config: Config
  readonly keyOf: (runner: RunnerConfig) => string
  readonly fingerprint: (toolchain: Toolchain) => Promise<FingerprintState>
  /** The latest jobs with `name@version`, and how many there are. */
  readonly jobsWith: (reference: string) => { readonly jobs: readonly JobSummary[]; readonly total: number }
}

/** The library as people look at it: by name, with where each version is used and how it is. */
export async function readShelf({
  library,
  config,
  keyOf,
  fingerprint,
  jobsWith,
}: ShelfParts): Promise<Pick<ToolchainShelf, 'toolchains' | 'adoptable' | 'runners'>> {
  const named = (index: number): RunnerName => {
    const runner = config.runners[index]
    return runner === undefined ? { key: '', name: '' } : { key: keyOf(runner), name: runner.name }
  }
  const all = await library.list()
  const versions = await Promise.all(
    all.map(async (toolchain): Promise<ShelvedVersion> => {
      const { jobs, total } = jobsWith(referenceOf(toolchain))
      return {
        form: formOf(toolchain),
        isCurrent: (await library.currentVersion(toolchain.name)) === toolchain.version,
        isFolderThere: await isFolder(toolchain.folder),
        sees: viewOf(toolchain),
        fingerprint: await fingerprint(toolchain),
        runners: runnersWith(config, toolchain).map(named),
        jobs,
        jobCount: total,
      }
    }),
  )
  const byName = Map.groupBy(versions, ({ form }) => form.name)
  return {
    toolchains: [...byName].map(([name, some]): ShelvedToolchain => ({ name, versions: some.toReversed() })),
    adoptable: adoptableIn(config, named),
    runners: config.runners.flatMap(({ docker }, index) => (docker ? [named(index)] : [])),
  }
}

/** What a job's script sees of it. */
export function viewOf(toolchain: Toolchain): JobView {
  const { folder, volume, mountPoint, variables } = toolchain
  return {
    mount: { source: volume ?? folder, target: mountPoint },
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
    ...searchFolders(toolchain),
  }
}

function adoptableIn(config: Config, named: (index: number) => RunnerName): readonly Adoptable[] {
  const found: { toolchain: Toolchain; adoptable: Adoptable }[] = []
  for (const { runner, toolchain } of recogniseToolchains(config)) {
    const known = found.find((one) => isDeepStrictEqual(one.toolchain, toolchain))
    if (known !== undefined) {
      const runners = [...known.adoptable.runners, named(runner)]
      known.adoptable = { ...known.adoptable, runners }
      continue
    }
    const { name, version, folder } = toolchain
    found.push({
      toolchain,
      adoptable: {
        reference: { name, version },
        folder,
        sees: viewOf(toolchain),
        runners: [named(runner)],
      },
    })
  }
  return found.map(({ adoptable }) => adoptable)
}

const isFolder = (at: string) =>
  stat(at).then(
    (found) => found.isDirectory(),
    () => false,
  )
