import { say } from '../../contract/sentences/say.ts'
import type { SetupDraft } from '../../contract/setup.ts'
import { ApiError } from '../../contract/table.ts'
import { applyToolchain } from '../toolchain/assign.ts'
import type { ToolchainLibrary } from '../toolchain/library.ts'
import { parseReference, searchFolders, ToolchainProblem, type Toolchain } from '../toolchain/toolchain.ts'

/** The toolchains a draft names. @throws ApiError `bad-input` where one is gone */
export const toolchainsOf = (
  library: Pick<ToolchainLibrary, 'read'> | undefined,
  { toolchains }: Pick<SetupDraft, 'toolchains'>,
): Promise<readonly Toolchain[]> =>
  Promise.all(
    toolchains.map(async (name) => {
      try {
        if (library === undefined) throw new ToolchainProblem(`${say('toolchain-none', { name })}.`)
        return await library.read(parseReference(name))
      } catch (error) {
        if (!(error instanceof ToolchainProblem)) throw error
        throw new ApiError('bad-input', error.message, { cause: error })
      }
    }),
  )

/** The text with the toolchains given to the runner at `index`. @throws ApiError `bad-input` */
export function withToolchains(text: string, index: number, toolchains: readonly Toolchain[]): string {
  try {
    // The first one's folders come first, and whatever is put in last stands in front.
    return toolchains.toReversed().reduce((edited, one) => applyToolchain(edited, index, one), text)
  } catch (error) {
    if (!(error instanceof ToolchainProblem)) throw error
    throw new ApiError('bad-input', error.message, { cause: error })
  }
}

/** The draft as if everything of its toolchains were written into it: what a job will see. */
export const spelledOut = (draft: SetupDraft, toolchains: readonly Toolchain[]): SetupDraft => ({
  ...draft,
  mounts: [
    ...toolchains.map(({ folder, mountPoint }) => ({ source: folder, target: mountPoint, readOnly: true })),
    ...draft.mounts,
  ],
  environment: [
    ...toolchains.flatMap(({ variables }) =>
      Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ),
    ...draft.environment,
  ],
  path: [...toolchains.flatMap((one) => searchFolders(one).path), ...draft.path],
})
