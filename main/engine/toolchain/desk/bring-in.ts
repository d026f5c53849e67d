import { join } from 'node:path'

import { say } from '../../../contract/sentences/say.ts'
import type { ImportSource } from '../../../contract/toolchain-api.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { discoverBinFolders } from '../doctor/candidates.ts'
import { importArchive, importFromImage } from '../import/import-toolchain.ts'
import type { Unpacked, UnpackOptions } from '../import/unpack-tree.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Toolchain } from '../toolchain.ts'
import type { ToolchainDesk } from './desk.ts'
import type { Description } from './shelve.ts'

export interface BringInOptions {
  /** Opened only for an image, and closed afterwards. */
  readonly openEngine: () => Promise<DockerEngine>
  readonly labels: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onProgress: NonNullable<UnpackOptions['onProgress']>
}

export interface BroughtIn {
  readonly toolchain: Toolchain
  readonly unpacked: Unpacked
  /** For the image without it. */
  readonly dockerfile?: string
}

/**
 * Makes a toolchain of an archive, or of a folder in an image. Started again, it goes on where it ended.
 * @throws ToolchainProblem; the toolchain is there whole or not at all.
 */
export async function bringIn(
  { library, folders }: Pick<ToolchainDesk, 'library' | 'folders'>,
  description: Description,
  source: ImportSource,
  options: BringInOptions,
): Promise<BroughtIn> {
  const reference = referenceOf(description)
  if ((await library.list()).some((other) => referenceOf(other) === reference))
    throw new ToolchainProblem(`${say('toolchain-import-there', { name: reference })}.`)
  // Whatever else is wrong is said before gigabytes are unpacked.
  const draft = readToolchain(
    {
      mountPoint: `/opt/${description.name}`,
      ...description,
      folder: description.folder || join(folders, reference),
    },
    reference,
  )
  const { dockerfile, ...unpacked } = await unpack(source, draft.folder, options)
  const path = description.path ?? (await discoverBinFolders(draft.folder))
  const toolchain = readToolchain({ ...draft, path }, reference)
  await library.save(toolchain)
  return { toolchain, unpacked, ...(dockerfile !== undefined && { dockerfile }) }
}

async function unpack(
  source: ImportSource,
  destination: string,
  { openEngine, labels, signal, onProgress }: BringInOptions,
): Promise<Unpacked & { readonly dockerfile?: string }> {
  if (source.kind === 'archive') {
    const { file, sha256 } = source
    return importArchive(file, destination, { signal, onProgress, ...(sha256 !== '' && { sha256 }) })
  }
  const engine = await openEngine()
  try {
    const { image, folder } = source
    return await importFromImage(engine, { image, folder, labels }, destination, { signal, onProgress })
  } finally {
    engine.close()
  }
}
