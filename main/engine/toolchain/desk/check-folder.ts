import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

import type { FolderCheck, ToolchainRef } from '../../../contract/toolchain.ts'
import { discoverBinFolders } from '../doctor/candidates.ts'
import type { ToolchainLibrary } from '../library.ts'

// Enough to choose from while typing.
const mostFolders = 50
const mostBins = 40

/** What is at a path somebody is typing. @param typed may begin with `~`. */
export async function checkFolder(
  library: Pick<ToolchainLibrary, 'list'>,
  typed: string,
  home: string,
): Promise<FolderCheck> {
  const trimmed = typed.trim()
  const wanted = trimmed === '~' || trimmed.startsWith('~/') ? path.join(home, trimmed.slice(1)) : trimmed
  if (!path.isAbsolute(wanted)) return { state: 'not-absolute' }
  const folder = path.resolve(wanted)
  if (!(await isFolder(folder))) {
    const nearest = await nearestFolder(folder)
    const begun = path.basename(folder).toLowerCase()
    const isNext = path.dirname(folder) === nearest
    const folders = (await foldersIn(nearest)).filter(
      (one) => !isNext || path.basename(one).toLowerCase().startsWith(begun),
    )
    return { state: 'missing', nearest, folders: folders.slice(0, mostFolders) }
  }
  const real = await realpath(folder)
  const shelved = (await library.list()).find((other) => other.folder === folder)
  const suggestion = suggestionFor(folder)
  return {
    state: 'found',
    folder,
    // The whole machine is no toolchain, and walking through it takes minutes.
    binFolders: path.dirname(folder) === folder ? [] : (await discoverBinFolders(folder)).slice(0, mostBins),
    suggestion: { ...suggestion, mountPoint: `/opt/${suggestion.name}` },
    folders: (await foldersIn(folder)).slice(0, mostFolders),
    ...(real !== folder && { linkTo: real }),
    ...(shelved && { isShelvedAs: { name: shelved.name, version: shelved.version } }),
  }
}

/** `/srv/atlas500-20.2` is atlas500, version 20.2; so is `/srv/atlas500/20.2`. */
export function suggestionFor(folder: string): ToolchainRef {
  const base = plain(path.basename(folder))
  const above = plain(path.basename(path.dirname(folder)))
  if (/^v?\d[\w.+-]*$/.test(base) && above !== '') return { name: above, version: base.replace(/^v/, '') }
  const match = /^(.*?[A-Za-z0-9])[-_]v?(\d[\w.+-]*)$/.exec(base)
  return match
    ? { name: match[1] ?? base, version: match[2] ?? '1' }
    : { name: base || 'toolchain', version: '1' }
}

const plain = (text: string) => text.replaceAll(/[^\w.+-]/g, '-').replace(/^[^A-Za-z0-9]+/, '')

async function nearestFolder(folder: string): Promise<string> {
  const above = path.dirname(folder)
  return above === folder || (await isFolder(above)) ? above : nearestFolder(above)
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => path.join(folder, entry.name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

const isFolder = (at: string) =>
  stat(at).then(
    (found) => found.isDirectory(),
    () => false,
  )
