import path from 'node:path'

/** One entry of `volumes`, taken apart (docker-executor.md §9.1, §9.3). */
export type VolumeEntry =
  | ({
      readonly kind: 'host' | 'named'
      readonly source: string
      readonly destination: string
    } & MountOptions)
  /** No source: a volume the runner keeps for this project and slot. Its options are dropped, as in the reference. */
  | { readonly kind: 'cache'; readonly destination: string; readonly dropped: MountOptions }

/** Lower-case words; `''` where not given. */
export interface MountOptions {
  readonly mode: '' | 'ro' | 'rw' | 'o'
  readonly label: '' | 'z' | 'Z'
  readonly propagation: string
}

const character = String.raw`[^\\/:*?"<>|\r\n]`
const segments = `/${character}*(?:/${character}+)*/?`
const absolute = `/${character}+(?:/${character}+)*/?`
// A comma belongs to the destination unless an option introduced by a colon stands before it: the destination is read
// greedily and may hold commas, but no colon.
const grammar = new RegExp(
  `^(?:(?<source>${absolute}|/|${character}+):)?(?<destination>${segments})` +
    String.raw`(?::(?<mode>ro|rw|O)(?=$|[:,]))?(?:[:,](?<label>z)(?=$|[:,]))?` +
    String.raw`(?:[:,](?<propagation>r?shared|r?slave|r?private))?$`,
  'i',
)

/** @returns `undefined` where the entry is not in the grammar; `adviceOn` says why. */
export function parseVolume(spec: string): VolumeEntry | undefined {
  const groups = grammar.exec(spec)?.groups
  const destination = groups?.['destination']
  if (groups === undefined || destination === undefined) return undefined
  return entry(groups['source'], destination, {
    mode: (groups['mode'] ?? '').toLowerCase() as MountOptions['mode'],
    label: (groups['label'] ?? '') as MountOptions['label'],
    propagation: (groups['propagation'] ?? '').toLowerCase(),
  })
}

function entry(source: string | undefined, destination: string, options: MountOptions): VolumeEntry {
  if (source === undefined) return { kind: 'cache', destination, dropped: options }
  return { kind: source.startsWith('/') ? 'host' : 'named', source, destination, ...options }
}

/** Does a mount at `destination` put `folder` on the host? A mount below the folder does not (§9.6). */
export function isWithin(folder: string, destination: string): boolean {
  const relative = path.posix.relative(destination, folder)
  return relative === '' || (relative !== '..' && !relative.startsWith('../'))
}

/** Is the builds folder host-mounted by one of these entries? Malformed ones are somebody else's business. */
export const isHostMounted = (
  folder: string,
  volumes: readonly string[],
  expand: (text: string) => string,
): boolean =>
  volumes.some((spec) => {
    const parsed = parseVolume(spec)
    return parsed?.kind === 'host' && isWithin(folder, expand(parsed.destination))
  })
