import { stat } from 'node:fs/promises'

import { say } from '../../../contract/sentences/say.ts'
import type { Config } from '../../config/schema.ts'
import { discoverBinFolders } from '../doctor/candidates.ts'
import {
  readToolchain,
  referenceOf,
  ToolchainProblem,
  type Reference,
  type Toolchain,
  type ToolchainInput,
} from '../toolchain.ts'
import { runnersWith, type ToolchainDesk } from './desk.ts'

/** What somebody says of a toolchain; the rest is as it was, or as usual. */
export type Description = Required<Reference> & Partial<Omit<ToolchainInput, keyof Reference>>

/**
 * Puts a description into the library.
 * @throws ToolchainProblem where one is there that may not be replaced, or the folder is not.
 */
export async function shelve(
  { library }: Pick<ToolchainDesk, 'library'>,
  description: Description,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<Toolchain> {
  const reference = referenceOf(description)
  const old = (await library.list()).find((other) => referenceOf(other) === reference)
  if (old !== undefined && !mayReplace)
    throw new ToolchainProblem(`There is ${reference} already; --replace changes its description.`)
  const folder = description.folder ?? old?.folder
  if (folder === undefined) throw new ToolchainProblem('Say where it is: --folder DIR.')
  await requireFolder(folder)
  const toolchain = readToolchain(
    {
      mountPoint: `/opt/${description.name}`,
      ...(old ?? { path: await discoverBinFolders(folder) }),
      ...description,
      folder,
    },
    reference,
  )
  await library.save(toolchain)
  return toolchain
}

/** @throws ToolchainProblem */
export async function requireFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    throw new ToolchainProblem(`${say('toolchain-no-folder', { folder })}.`)
}

/**
 * Takes a description out of the library; the folder stays.
 * @throws ToolchainProblem while a runner has it.
 */
export async function unshelve(
  { library, fingerprints }: Pick<ToolchainDesk, 'library' | 'fingerprints'>,
  config: Config,
  reference: Required<Reference>,
): Promise<Toolchain> {
  const toolchain = await library.read(reference)
  const users = runnersWith(config, toolchain).map((index) => config.runners[index]?.name)
  if (users.length > 0)
    throw new ToolchainProblem(
      `${say('toolchain-used', { name: referenceOf(toolchain), runners: users.join(', ') })}.`,
    )
  await library.remove(toolchain)
  await fingerprints.forget(toolchain)
  return toolchain
}
