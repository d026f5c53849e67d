import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { isGiven, type DangerousMount, type MountConsent } from '../../contract/mount-policy.ts'
import { say } from '../../contract/sentences/say.ts'
import { ApiError } from '../../contract/table.ts'
import type { Clock } from '../clock.ts'
import { replaceFile } from '../config/replace-file.ts'

export interface MountPolicyParts {
  /** Drydock's data folder. */
  readonly root: string
  readonly configFile: string
  readonly home: string
  readonly clock: Pick<Clock, 'now'>
  readonly platform?: NodeJS.Platform
}

export interface MountPolicy {
  /**
   * What of these folders and files of the host gives jobs more than people expect.
   * @param inFile those the file has already
   */
  judge(sources: readonly string[], inFile: readonly string[]): Promise<readonly DangerousMount[]>
  /**
   * Remembers what was consented to.
   * @throws ApiError `bad-input` where one that is new was not
   */
  require(
    sources: readonly string[],
    inFile: readonly string[],
    consents: readonly MountConsent[],
  ): Promise<void>
}

/** How a protected place is touched: by itself, by a folder that has it inside, or by what is inside of it. */
type Touch = 'itself' | 'around' | 'inside'

interface Protected {
  readonly place: string
  readonly by: readonly Touch[]
  readonly why: string
}

const storeSchema = z.record(z.string(), z.object({ reason: z.string(), at: z.number() }))

export function createMountPolicy(parts: MountPolicyParts): MountPolicy {
  const { root, home, clock, platform = process.platform } = parts
  const file = path.join(root, 'accepted-mounts.json')
  const readAccepted = async () =>
    storeSchema.catch({}).parse(
      await readFile(file, 'utf8').then(
        (text): unknown => JSON.parse(text),
        () => ({}),
      ),
    )
  const isSame = (a: string, b: string) =>
    platform === 'linux' ? a === b : a.toLowerCase() === b.toLowerCase()

  const protectedPlaces = async (): Promise<readonly Protected[]> => {
    const own = [root, path.dirname(parts.configFile)]
    const rows: readonly Protected[] = [
      { place: path.parse(root).root, by: ['itself'], why: say('mount-whole-computer') },
      ...systemFolders.map((place) => ({ place, by: ['itself'] as const, why: say('mount-system') })),
      { place: home, by: ['itself', 'around'], why: say('mount-home') },
      ...engineSockets(home).map((place) => ({
        place,
        by: ['itself', 'around'] as const,
        why: say('mount-engine-socket'),
      })),
      ...['.ssh', '.gnupg'].map((name) => ({
        place: path.join(home, name),
        by: ['itself', 'inside'] as const,
        why: say('mount-keys'),
      })),
      ...own.map((place) => ({ place, by: ['itself', 'inside'] as const, why: say('mount-own-folder') })),
    ]
    return Promise.all(rows.map(async (row) => ({ ...row, place: await resolved(row.place) })))
  }

  async function danger(source: string, places: readonly Protected[]): Promise<string | undefined> {
    const real = await resolved(source)
    // Toolchains that were brought into the data folder are made to be mounted.
    if (touches(real, await resolved(path.join(root, 'toolchains')), isSame) === 'inside') return undefined
    return places.find(({ place, by }) => by.some((touch) => touches(real, place, isSame) === touch))?.why
  }

  async function judge(sources: readonly string[], inFile: readonly string[]) {
    const places = await protectedPlaces()
    const accepted = await readAccepted()
    const found = await Promise.all(
      [...new Set(sources)].filter(isOfHost).map(async (source): Promise<readonly DangerousMount[]> => {
        const why = await danger(source, places)
        const known = accepted[source]
        if (why === undefined) return []
        return [{ source, why, isInFile: inFile.includes(source), ...(known && { accepted: known }) }]
      }),
    )
    return found.flat()
  }

  return {
    judge,
    async require(sources, inFile, consents) {
      const dangers = (await judge(sources, inFile)).filter(({ isInFile }) => !isInFile)
      const given = consents.filter(isGiven)
      const open = dangers.find(({ source }) => !given.some((consent) => consent.source === source))
      if (open) throw new ApiError('bad-input', say('mount-not-accepted', { source: open.source }))
      if (dangers.length === 0) return
      const at = clock.now()
      const added = given.filter(({ source }) => dangers.some((one) => one.source === source))
      const all = {
        ...(await readAccepted()),
        ...Object.fromEntries(added.map(({ source, reason }) => [source, { reason: reason.trim(), at }])),
      }
      await replaceFile(file, `${JSON.stringify(all)}\n`)
    },
  }
}

const systemFolders = ['/etc', '/boot', '/dev', '/proc', '/sys']

const engineSockets = (home: string) => [
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
  ...(process.env['XDG_RUNTIME_DIR'] ? [path.join(process.env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
  path.join(home, '.docker/run/docker.sock'),
]

const isOfHost = (source: string) => path.isAbsolute(source)

function touches(real: string, place: string, isSame: (a: string, b: string) => boolean): Touch | undefined {
  if (isSame(real, place)) return 'itself'
  const below = (folder: string, inner: string) =>
    isSame(inner.slice(0, folder.length + 1), folder.endsWith(path.sep) ? folder : folder + path.sep)
  if (below(real, place)) return 'around'
  return below(place, real) ? 'inside' : undefined
}

/** Where links lead; of what is not there yet, where its nearest folder is. */
async function resolved(place: string): Promise<string> {
  const full = path.resolve(place)
  try {
    return await realpath(full)
  } catch {
    const parent = path.dirname(full)
    return parent === full ? full : path.join(await resolved(parent), path.basename(full))
  }
}
