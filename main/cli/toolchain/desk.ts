import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'

import { dataDirectory } from '../../engine/config/locations.ts'
import { openToolchainDesk, type ToolchainDesk } from '../../engine/toolchain/desk/desk.ts'
import type { Description } from '../../engine/toolchain/desk/shelve.ts'
import { discoverBinFolders } from '../../engine/toolchain/doctor/candidates.ts'
import {
  parseReference,
  readToolchain,
  type Reference,
  type Toolchain,
  type ToolchainInput,
} from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import type { OptionValues } from '../option.ts'

/** What the verbs of `drydock toolchain` work with. */
export interface Desk extends ToolchainDesk {
  readonly values: OptionValues
  readonly terminal: Terminal
  /** The argument behind the verb. @throws CommandFailure where there is none. */
  readonly named: (what: string) => string
  readonly say: (line: string) => void
}

export const openDesk = (values: OptionValues, terminal: Terminal): Desk => ({
  ...openToolchainDesk(dataDirectory(values.text('data-dir'), terminal.around)),
  values,
  terminal,
  named: (what) => {
    const [verb, name] = values.rest
    if (name === undefined)
      throw new CommandFailure(
        `Say which: drydock toolchain ${verb} ${what}. "drydock toolchain list" shows all.`,
      )
    return name
  },
  say: (line) => void terminal.stdout.write(`${line}\n`),
})

/** A list option, as it was given; `undefined` where it was not. Given empty, it is empty. */
export function listOf(values: OptionValues, name: string): string[] | undefined {
  const value = values.get(name)
  return Array.isArray(value) ? value.filter((word) => word !== '') : undefined
}

/** @throws CommandFailure where the version is missing. */
export function versioned(text: string): Required<Reference> {
  const { name, version } = parseReference(text)
  if (version === undefined) throw new CommandFailure(`Say which version: ${name}@VERSION.`)
  return { name, version }
}

/** What the options say of a toolchain; what they do not say is absent. */
export function describedBy(
  { values, terminal }: Pick<Desk, 'values' | 'terminal'>,
  reference: Required<Reference>,
): Description {
  const folder = values.text('folder')
  const onDrift = values.text('on-drift') as ToolchainInput['onDrift']
  const said = {
    folder: folder === undefined ? undefined : resolve(terminal.around.workingDir, folder),
    mountPoint: values.text('mount'),
    variables: values.get('var') as ToolchainInput['variables'],
    path: listOf(values, 'path'),
    libraryPath: listOf(values, 'library-path'),
    notes: values.text('notes'),
    projects: listOf(values, 'project'),
    onRequest: listOf(values, 'on-request'),
    onDrift,
    writable: values.text('writable') as ToolchainInput['writable'],
  }
  const given = Object.entries(said).filter(([, value]) => value !== undefined)
  return { ...reference, ...(Object.fromEntries(given) as Partial<ToolchainInput>) }
}

/** A toolchain of the library, or a folder that has not been added yet. */
export async function toolchainOrFolder(desk: Desk, name: string): Promise<Toolchain> {
  const { values, terminal, library } = desk
  if (!name.includes('/') && name !== '.') return library.read(parseReference(name))
  const folder = resolve(terminal.around.workingDir, name)
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true) throw new CommandFailure(`There is no folder ${folder}.`)
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
