import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { isAtLeast } from './docker-engine.ts'
import type { VolumePlan } from './plan-volumes.ts'
import type { EngineAbout } from './port.ts'
import { isWithin } from './volume-spec.ts'

/**
 * What of the read-only host folders a job could write to all the same: another file system mounted below one stays
 * writable, unless the engine makes the whole tree read-only (docker-executor.md §1.3).
 * @param mountInfo of this machine, as in proc(5)
 * @returns sentences for the job's log.
 */
export function writableSubmounts(
  { mounts, binds }: Pick<VolumePlan, 'mounts' | 'binds'>,
  about: Pick<EngineAbout, 'product' | 'apiVersion'>,
  mountInfo: string,
): readonly string[] {
  // Docker 25 made it the default of this version; Podman does not do it.
  if (about.product === 'Docker' && isAtLeast(about.apiVersion, '1.44')) return []
  const points = mountPointsOf(mountInfo)
  return [...mounts, ...binds.flatMap(({ hostPath }) => hostPath ?? [])]
    .filter(({ spec }) => spec.ReadOnly)
    .flatMap(({ entry, spec }) => {
      const below = points.filter(
        (point) => point !== path.resolve(spec.Source) && isWithin(point, spec.Source),
      )
      if (below.length === 0) return []
      return [
        `The volume "${entry}" is read-only, but not what is mounted below it: ${below.join(', ')}. Docker 25 or newer makes all of it read-only; else mount those read-only on the host.`,
      ]
    })
}

// Fifth field; spaces and the like are written in octal. The sixth says whether it is read-only on the host already.
const mountPointsOf = (mountInfo: string): readonly string[] =>
  mountInfo.split('\n').flatMap((line) => {
    const [, , , , point = '', options = ''] = line.split(' ')
    if (point === '' || options.split(',').includes('ro')) return []
    return [
      point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8))),
    ]
  })

/** `''` where this machine has no such table, or the engine runs on another one. */
export async function mountInfoOf({ endpoint }: Pick<EngineAbout, 'endpoint'>): Promise<string> {
  if (process.platform !== 'linux' || !endpoint.startsWith('unix:')) return ''
  return readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
}
