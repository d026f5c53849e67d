import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import path from 'node:path'

import { openElf, type Opened } from '../elf/elf-file.ts'
import type { Elf } from '../elf/read-elf.ts'
import type { ImageFiles } from './image-files.ts'

/** A file or folder as a job would find it. */
export interface Found {
  /** Where it really is, links followed. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'other'
  readonly mode: number
  /** Set where it lies in the toolchain: its place on this machine. */
  readonly hostPath: string | undefined
}

/** The file system of a job: the image with the toolchain's folder mounted into it. */
export interface ContainerView {
  /** `undefined` where nothing is, or a link leads nowhere. */
  find(path: string): Promise<Found | undefined>
  elf(found: Found): Promise<Elf | undefined>
  /** The file of the toolchain, once per path. @throws the file system's error */
  open(hostPath: string): Opened
}

const mostLinks = 40

/** @param folder of the toolchain, on this machine; @param mountPoint where it is in the container. */
export function viewOf(image: ImageFiles, folder: string, mountPoint: string): ContainerView {
  const opened = new Map<string, Opened>()
  const real = realpathSync(folder)

  async function find(wanted: string): Promise<Found | undefined> {
    let at = path.posix.normalize(wanted)
    for (let links = 0; links < mostLinks; links++) {
      if (!isBelow(at, mountPoint)) {
        const stat = await image.stat(at)
        if (stat === undefined) return undefined
        if (stat.kind !== 'link') return { path: at, kind: stat.kind, mode: stat.mode, hostPath: undefined }
        // The engine has followed it to its end, but knows nothing of the mount.
        if (stat.target === at) return undefined
        at = stat.target
        continue
      }
      const step = walk(real, mountPoint, at)
      if (step === undefined || 'mode' in step) return step
      at = step.leadsTo
    }
    return undefined
  }

  const open = (hostPath: string): Opened => {
    const known = opened.get(hostPath)
    if (known !== undefined) return known
    const fresh = openElf(hostPath)
    opened.set(hostPath, fresh)
    return fresh
  }

  return {
    find,
    open,
    elf: async ({ path: at, hostPath }) => {
      if (hostPath === undefined) return image.elf(at)
      try {
        return open(hostPath).elf
      } catch {
        return undefined
      }
    },
  }
}

export const isBelow = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`)

/** Goes down the toolchain's folder until a link says otherwise, for links mean places in the container. */
function walk(
  real: string,
  mountPoint: string,
  at: string,
): Found | { readonly leadsTo: string } | undefined {
  const steps = at.slice(mountPoint.length).split('/').filter(Boolean)
  let [host, inside] = [real, mountPoint]
  let stats = statOf(host)
  for (const [index, step] of steps.entries()) {
    host = path.join(host, step)
    stats = statOf(host)
    if (stats === undefined) return undefined
    if (stats.isSymbolicLink()) {
      const rest = steps.slice(index + 1)
      return { leadsTo: path.posix.join(path.posix.resolve(inside, readlinkSync(host)), ...rest) }
    }
    inside = path.posix.join(inside, step)
  }
  if (stats === undefined) return undefined
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
  return { path: at, kind, mode: stats.mode & 0o777, hostPath: host }
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file)
  } catch {
    return undefined
  }
}
