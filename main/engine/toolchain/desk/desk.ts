import { join } from 'node:path'

import type { ToolchainForm } from '../../../contract/toolchain.ts'
import type { Config } from '../../config/schema.ts'
import { assignedTo } from '../assign.ts'
import { openFingerprintStore, type FingerprintStore } from '../fingerprint/fingerprint-store.ts'
import { openToolchainLibrary, type ToolchainLibrary } from '../library.ts'
import { readToolchain, referenceOf, type Reference, type Toolchain } from '../toolchain.ts'

/** What every use of toolchains works with, whoever asks: the command line or the application. */
export interface ToolchainDesk {
  readonly library: ToolchainLibrary
  readonly fingerprints: FingerprintStore
  /** Where the library lies; another process may write there, too. */
  readonly libraryFolder: string
  /** Where reports of the doctor and facts about images are kept. */
  readonly memory: string
  /** Where imported toolchains go that are given no folder. */
  readonly folders: string
}

/** @param root the data folder. */
export const openToolchainDesk = (root: string): ToolchainDesk => ({
  library: openToolchainLibrary(join(root, 'toolchains')),
  libraryFolder: join(root, 'toolchains'),
  fingerprints: openFingerprintStore(join(root, 'fingerprints')),
  memory: join(root, 'examined'),
  folders: join(root, 'folders'),
})

/** Indexes of the runners that have it. */
export const runnersWith = ({ runners }: Config, reference: Required<Reference>): readonly number[] =>
  runners.flatMap((runner, index) =>
    assignedTo(runner).some((other) => referenceOf(other) === referenceOf(reference)) ? [index] : [],
  )

export const formOf = ({ variables, projects, ...rest }: Toolchain): ToolchainForm => ({
  name: rest.name,
  version: rest.version,
  folder: rest.folder,
  volume: rest.volume ?? '',
  mountPoint: rest.mountPoint,
  variables: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
  path: rest.path,
  libraryPath: rest.libraryPath,
  notes: rest.notes,
  ...(projects && { projects }),
  onRequest: rest.onRequest,
  onDrift: rest.onDrift,
  writable: rest.writable !== 'no',
})

/**
 * @param old what the form does not show stays as it was.
 * @throws ToolchainProblem naming the first field that is wrong.
 */
export function toolchainOf(
  { variables, projects, volume, writable, ...form }: ToolchainForm,
  old?: Toolchain,
): Toolchain {
  const { projects: _, volume: _volume, ...kept } = old ?? {}
  const entries = variables.map((entry): readonly [string, string] => {
    const at = entry.indexOf('=')
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
  })
  const value = {
    ...kept,
    ...form,
    variables: Object.fromEntries(entries),
    writable: writable ? 'private-layer' : 'no',
    ...(volume !== '' && { volume }),
    ...(projects && { projects }),
  }
  return readToolchain(value, form.name === '' ? 'toolchain' : `${form.name}@${form.version}`)
}
