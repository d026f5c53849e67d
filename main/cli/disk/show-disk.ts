import type { DiskItem, DiskUsage } from '../../contract/disk.ts'
import { inWords } from '../../engine/disk/bytes.ts'
import type { StatusRequest } from '../engine-port.ts'
import { openDisk } from './open-disk.ts'

const kinds = { image: 'Images', volume: 'Builds and cache volumes', cache: 'Caches', logs: 'Logs' } as const

/** Prints what Drydock has on the disk. @returns 0. */
export async function showDisk(request: StatusRequest): Promise<number> {
  await using disk = await openDisk(request)
  const usage = await disk.read()
  const { stdout, clock } = request.terminal
  stdout.write(request.json ? `${JSON.stringify(usage)}\n` : tableOf(usage, clock.now()))
  return 0
}

function tableOf({ items, counted, budget, free, reserve }: DiskUsage, now: number): string {
  const sections = Object.entries(kinds).flatMap(([kind, title]) => {
    const ofKind = items.filter((item) => item.kind === kind)
    if (ofKind.length === 0) return []
    const bytes = ofKind.reduce((sum, item) => sum + item.bytes, 0)
    return [`${title}: ${inWords(bytes)}`, ...ofKind.map((item) => lineOf(item, now)), '']
  })
  return [
    ...(sections.length === 0 ? ['Drydock has nothing on the disk yet.', ''] : sections),
    `Images, volumes and caches together: ${inWords(counted)} of ${budget === 0 ? 'any (no budget is set)' : inWords(budget)}`,
    `Free: ${inWords(free)}; ${inWords(reserve)} are kept free`,
    '',
  ].join('\n')
}

/** One thing, its size first, so that the eye finds the large ones. */
export const lineOf = ({ bytes, name, project, lastUsedAt, keptBecause }: DiskItem, now: number): string =>
  [
    `  ${inWords(bytes).padStart(10)}  ${name}`,
    project !== undefined && project !== name ? ` of ${project}` : '',
    lastUsedAt === undefined ? '' : `, used ${ago(now - lastUsedAt)}`,
    keptBecause === undefined ? '' : ` [stays: ${keptBecause}]`,
  ].join('')

const minute = 60_000
const spans = [
  [24 * 60 * minute, 'days'],
  [60 * minute, 'hours'],
  [minute, 'minutes'],
] as const

function ago(ms: number): string {
  for (const [length, name] of spans) {
    const count = Math.floor(ms / length)
    if (count >= 1) return `${count} ${count === 1 ? name.slice(0, -1) : name} ago`
  }
  return 'just now'
}
