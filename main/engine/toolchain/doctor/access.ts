import { lstatSync } from 'node:fs'
import path from 'node:path'

import type { Image } from '../../docker/port.ts'
import type { ContainerView, Found } from './container-view.ts'
import type { ImageFiles } from './image-files.ts'
import type { Verdict } from './verdict.ts'

/** Somebody who is not root. */
export interface User {
  /** For sentences: as the image names them, and where the runner chose, how it says so. */
  readonly name: string
  /** `undefined` where the image does not know the name. */
  readonly uid: number | undefined
  readonly gids: readonly number[]
}

interface Place {
  readonly view: ContainerView
  readonly image: ImageFiles
}

export const mayRead = 0o4
export const mayEnter = 0o1

/**
 * Who an image's jobs run as.
 * @param runnerUser `user` of the runner's configuration, where that is what the image's user was replaced by.
 * @returns `undefined` for root.
 */
export async function userOf(
  { user }: Pick<Image, 'user'>,
  files: Pick<ImageFiles, 'text'>,
  runnerUser = '',
): Promise<User | undefined> {
  const [name = '', group = ''] = user.split(':')
  if (name === '' || name === 'root' || name === '0') return undefined
  const rows = await rowsOf(files, '/etc/passwd')
  const [, , id, ownGroup] = rows.find(([known, , uid]) => known === name || uid === name) ?? []
  const uid = /^\d+$/.test(name) ? Number(name) : id === undefined ? undefined : Number(id)
  const groups = await rowsOf(files, '/etc/group')
  const gidOf = (text: string) =>
    /^\d+$/.test(text) ? text : (groups.find(([known]) => known === text)?.[2] ?? '')
  const also = groups
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , gid]) => gid)
  // With a group of its own the engine gives the user no others.
  const gids = group === '' ? [ownGroup ?? '0', ...also] : [gidOf(group)]
  const shown = runnerUser === '' ? name : `${name} (user = "${runnerUser}" in [runners.docker])`
  return { name: shown, uid, gids: gids.filter((gid) => gid !== undefined && gid !== '').map(Number) }
}

const rowsOf = async (files: Pick<ImageFiles, 'text'>, file: string) =>
  ((await files.text(file)) ?? '').split('\n').map((line) => line.split(':'))

/**
 * Which folder on the way to a file keeps the user out, or the file itself.
 * @param wanted permission bits the file itself needs.
 */
export async function closedTo(
  user: User,
  found: Found,
  wanted: number,
  place: Place,
): Promise<Extract<Verdict, { kind: 'unreadable' }> | undefined> {
  let folder = path.posix.dirname(found.path)
  const folders = [folder]
  while (folder !== '/') folders.push((folder = path.posix.dirname(folder)))
  for (const at of folders.toReversed()) {
    const here = await place.view.find(at)
    // The engine makes missing parents of a mount open to all.
    if (here !== undefined && !(await may(user, here, mayEnter, place)))
      return { kind: 'unreadable', user: user.name, at }
  }
  const isOpen = await may(user, found, wanted, place)
  return isOpen ? undefined : { kind: 'unreadable', user: user.name, at: found.path }
}

async function may({ uid, gids }: User, found: Found, bits: number, { image }: Place): Promise<boolean> {
  const has = (granted: number) => (granted & bits) === bits
  // Whose it is takes another look, which is rarely needed.
  if (has(found.mode)) return true
  const owner = found.hostPath === undefined ? await image.owner(found.path) : lstatSync(found.hostPath)
  if (owner === undefined) return false
  if (owner.uid === uid) return has(found.mode >> 6)
  return gids.includes(owner.gid) && has(found.mode >> 3)
}
