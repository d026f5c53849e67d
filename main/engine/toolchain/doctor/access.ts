import { lstatSync } from 'node:fs'
import path from 'node:path'

import type { Image } from '../../docker/port.ts'
import type { ContainerView, Found } from './container-view.ts'
import type { ImageFiles } from './image-files.ts'
import type { Verdict } from './verdict.ts'

/** Somebody who is not root. */
export interface User {
  /** As the image names them. */
  readonly name: string
  /** `undefined` where the image does not know the name. */
  readonly uid: number | undefined
}

/** The user of an image's jobs. @returns `undefined` for root. */
export async function userOf({ user }: Pick<Image, 'user'>, files: ImageFiles): Promise<User | undefined> {
  const name = user.split(':')[0] ?? ''
  if (name === '' || name === 'root' || name === '0') return undefined
  if (/^\d+$/.test(name)) return { name, uid: Number(name) }
  const line = (await files.text('/etc/passwd'))?.split('\n').find((row) => row.startsWith(`${name}:`))
  const uid = line?.split(':')[2]
  return { name, uid: uid === undefined ? undefined : Number(uid) }
}

/** Which folder on the way to a file keeps the user out, or the file itself. */
export async function closedTo(
  user: User,
  found: Found,
  { view }: { readonly view: ContainerView },
): Promise<Extract<Verdict, { kind: 'unreadable' }> | undefined> {
  let folder = path.posix.dirname(found.path)
  const folders = [folder]
  while (folder !== '/') folders.push((folder = path.posix.dirname(folder)))
  for (const at of folders.toReversed()) {
    const here = await view.find(at)
    // The engine makes missing parents of a mount open to all.
    if (here !== undefined && !may(user, here, 0o1)) return { kind: 'unreadable', user: user.name, at }
  }
  return may(user, found, 0o1) ? undefined : { kind: 'unreadable', user: user.name, at: found.path }
}

/** Of the image only the bits are known, not the owner: whoever is no root is taken for somebody else. */
function may({ uid }: User, { mode, hostPath }: Found, bit: number): boolean {
  if (hostPath !== undefined && uid !== undefined && lstatSync(hostPath).uid === uid)
    return (mode & (bit << 6)) !== 0
  return (mode & bit) !== 0
}
