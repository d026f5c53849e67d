import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder that `package.json` lies in: a checkout, an installed package, or the desktop application's archive. It is
 * looked for, since a bundled program does not lie where its sources did.
 */
export function packageRoot(from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) throw new Error(`${from} is not part of an installation of Drydock`)
  }
}

/** Where a file of an installation really is, for programs that cannot look into an archive. */
export const outsideArchive = (path: string) =>
  path.replace(/([\\/])app\.asar(?=[\\/]|$)/, '$1app.asar.unpacked')
