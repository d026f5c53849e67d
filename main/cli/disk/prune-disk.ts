import type { Pruned } from '../../contract/disk.ts'
import { inWords } from '../../engine/disk/bytes.ts'
import type { PruneRequest } from '../engine-port.ts'
import { openDisk } from './open-disk.ts'
import { lineOf } from './show-disk.ts'

/** Removes what is over the limits, or says what that would be. @returns 0, or 1 when something could not go. */
export async function pruneDisk(request: PruneRequest): Promise<number> {
  const { terminal, dryRun, downTo, json } = request
  await using disk = await openDisk(request)
  const wish = downTo === undefined ? {} : { downTo }
  const pruned = await (dryRun ? disk.plan(wish) : disk.prune(wish))
  terminal.stdout.write(
    json ? `${JSON.stringify(pruned)}\n` : listOf(pruned, dryRun, downTo, terminal.clock.now()),
  )
  return pruned.problems.length === 0 ? 0 : 1
}

function listOf(
  { items, bytes, problems }: Pruned,
  dryRun: boolean,
  downTo: number | undefined,
  now: number,
) {
  const nothing =
    downTo === undefined
      ? 'Nothing is over the limits of settings.json; --all removes everything no job needs now.'
      : 'Nothing else may go.'
  return [
    ...items.map((item) => lineOf(item, now)),
    items.length === 0 ? nothing : `${dryRun ? 'Would free' : 'Freed'} ${inWords(bytes)}.`,
    ...problems.map((problem) => `${problem}.`),
    '',
  ].join('\n')
}
