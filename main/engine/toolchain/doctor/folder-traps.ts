import { lstat, readdir, realpath } from 'node:fs/promises'
import path from 'node:path'

import { referenceOf, searchFolders, type Toolchain } from '../toolchain.ts'
import { quoted } from './quoted.ts'
import type { Trap } from './traps.ts'

/** The command that does what a trap's mend says, for the toolchain and every runner that has it. */
export const fixCommand = (toolchain: Toolchain, image?: string): string =>
  `drydock toolchain fix ${referenceOf(toolchain)}${image === undefined ? '' : ` --image ${quoted(image)}`}`

/** What is wrong with the toolchain's own folder. */
export async function folderTraps(
  toolchain: Toolchain,
  { isEnforcing }: { readonly isEnforcing: boolean },
): Promise<readonly Trap[]> {
  const { folder } = toolchain
  const found: Trap[] = []
  const real = await realpath(folder)
  if (real !== folder)
    found.push({
      name: 'linked-folder',
      cause: `${folder} is a link to ${real}: when it is pointed elsewhere, the next stage of a running job sees another toolchain.`,
      remedy: `Name the real folder, ${real}.`,
      command: fixCommand(toolchain),
      mend: { kind: 'toolchain', change: { folder: real } },
    })
  if (isEnforcing)
    found.push({
      name: 'selinux-label',
      cause: `SELinux is enforcing on this machine, and containers may read only what is labelled for them.`,
      remedy: `Label the folder once.`,
      command: `chcon -R -t container_file_t ${quoted(real)}`,
    })
  return [...found, ...(await libraryTraps(toolchain))]
}

const ownLibc = /^(?:libc\.so\.6|libpthread\.so\.0|ld-linux.*\.so\.\d)$/

/** A second C library on `LD_LIBRARY_PATH` reaches the image's own programs (docker-executor.md §18.1). */
async function libraryTraps(toolchain: Toolchain): Promise<Trap[]> {
  for (const [index, at] of searchFolders(toolchain).libraryPath.entries()) {
    const host = path.join(toolchain.folder, path.posix.relative(toolchain.mountPoint, at))
    const names = await readdir(host).catch(() => [])
    const libc = names.find((name) => ownLibc.test(name))
    if (libc === undefined) continue
    const stat = await lstat(path.join(host, libc)).catch(() => undefined)
    if (stat === undefined) continue
    return [
      {
        name: 'library-path-breaks-image',
        cause: `${at} holds a C library (${libc}); on LD_LIBRARY_PATH it is loaded by the image's programs too, and sh, git or make crash.`,
        remedy: `Leave ${at} out of the library path, and let the toolchain's programs find their libraries by RUNPATH or a wrapper.`,
        command: fixCommand(toolchain),
        mend: {
          kind: 'toolchain',
          change: { libraryPath: toolchain.libraryPath.filter((_, other) => other !== index) },
        },
      },
    ]
  }
  return []
}
