import type { MountInfo } from '../../main/contract/job.ts'

/**
 * A line of `volumes` as it is shown: `source:target:mode`, or a target alone. A drive letter's colon belongs to its
 * path.
 */
export function parseVolume(volume: string): MountInfo {
  const [first = '', second, mode = ''] = volume.split(/(?<!^[A-Za-z]|:[A-Za-z]):/)
  const readOnly = mode.split(',').includes('ro')
  return second === undefined
    ? { source: '', target: first, readOnly }
    : { source: first, target: second, readOnly }
}
