import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'

import { dataDirectory } from '../../engine/config/locations.ts'
import { discoverBinFolders } from '../../engine/toolchain/doctor/candidates.ts'
import {
  openFingerprintStore,
  type FingerprintStore,
} from '../../engine/toolchain/fingerprint/fingerprint-store.ts'
import { openToolchainLibrary, type ToolchainLibrary } from '../../engine/toolchain/library.ts'
import { parseReference, readToolchain, type Toolchain } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure, type Terminal } from '../command.ts'
import type { OptionValues } from '../option.ts'

/** What the verbs of `drydock toolchain` work with. */
export interface Desk {
  readonly values: OptionValues
  readonly terminal: Terminal
  readonly library: ToolchainLibrary
  readonly fingerprints: FingerprintStore
  /** Where reports and facts about images are kept. */
  readonly memory: string
  /** The argument behind the verb. @throws CommandFailure where there is none. */
  readonly named: (what: string) => string
  readonly say: (line: string) => void
}

export function openDesk(values: OptionValues, terminal: Terminal): Desk {
  const root = dataDirectory(values.text('data-dir'), terminal.around)
  return {
    values,
    terminal,
    library: openToolchainLibrary(join(root, 'toolchains')),
    fingerprints: openFingerprintStore(join(root, 'fingerprints')),
    memory: join(root, 'examined'),
    named: (what) => {
      const [verb, name] = values.rest
      if (name === undefined)
        throw new CommandFailure(
          `Say which: drydock toolchain ${verb} ${what}. "drydock toolchain list" shows all.`,
        )
      return name
    },
    say: (line) => void terminal.stdout.write(`${line}\n`),
  }
}

/** A list option, as it was given; `undefined` where it was not. Given empty, it is empty. */
export function listOf(values: OptionValues, name: string): readonly string[] | undefined {
  const value = values.get(name)
  return Array.isArray(value) ? value.filter((word) => word !== '') : undefined
}

/** A toolchain of the library, or a folder that has not been added yet. */
export async function toolchainOrFolder(desk: Desk, name: string): Promise<Toolchain> {
  const { values, terminal, library } = desk
  const folder = resolve(terminal.around.workingDir, name)
  const isFolder = name.includes('/') || name === '.' ? await stat(folder).catch(() => undefined) : undefined
  if (!name.includes('/') && name !== '.') return library.read(parseReference(name))
  if (isFolder?.isDirectory() !== true) throw new CommandFailure(`There is no folder ${folder}.`)
  const plain =
    basename(folder)
      .replaceAll(/[^\w.+-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'toolchain'
  return readToolchain(
    {
      name: plain,
      version: 'not-added',
      folder,
      mountPoint: values.text('mount') ?? `/opt/${plain}`,
      path: listOf(values, 'path') ?? (await discoverBinFolders(folder)),
      libraryPath: listOf(values, 'library-path') ?? [],
    },
    folder,
  )
}

/** Does SELinux of this machine keep containers from what is not labelled for them? */
export const isSelinuxEnforcing = async (): Promise<boolean> =>
  (await readFile('/sys/fs/selinux/enforce', 'utf8').catch(() => '0')).trim() === '1'
