import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DiskItem } from '../../../main/contract/disk.ts'
import { engineItems } from '../../../main/engine/disk/engine-items.ts'
import { planEviction } from '../../../main/engine/disk/plan-eviction.ts'
import type { EngineDisk } from '../../../main/engine/docker/port.ts'
import type { Thing } from '../../../main/engine/docker/usage.ts'

const anItem = (id: string, bytes: number, lastUsedAt: number, keptBecause?: string): DiskItem => ({
  kind: 'volume',
  id,
  name: id,
  bytes,
  lastUsedAt,
  ...(keptBecause !== undefined && { keptBecause }),
})

describe('what goes to keep the budget', () => {
  const items = [
    anItem('new', 10, 3),
    anItem('old', 10, 1),
    anItem('kept', 10, 0, 'a job'),
    anItem('mid', 10, 2),
  ]
  it.each([
    { budget: 0, toFree: 0, all: false, goes: [] },
    { budget: 40, toFree: 0, all: false, goes: [] },
    { budget: 39, toFree: 0, all: false, goes: ['old'] },
    { budget: 20, toFree: 0, all: false, goes: ['old', 'mid'] },
    { budget: 5, toFree: 0, all: false, goes: ['old', 'mid', 'new'] },
    { budget: 0, toFree: 11, all: false, goes: ['old', 'mid'] },
    { budget: 30, toFree: 11, all: false, goes: ['old', 'mid'] },
    { budget: 0, toFree: 0, all: true, goes: ['old', 'mid', 'new'] },
  ])('budget $budget, to free $toFree, all $all: $goes', ({ goes, ...limits }) => {
    expect(planEviction(items, limits).map(({ id }) => id)).toEqual(goes)
  })
})

const us = 's_us'
const keys = {
  session: 'com.drydock.session',
  systemId: 'com.drydock.system-id',
  purpose: 'com.drydock.purpose',
}

/** An object of the engine as dice made it, with everything that may protect it. */
interface Die {
  readonly systemId: string | undefined
  readonly session: string | undefined
  readonly purpose: string | undefined
  readonly isRunning: boolean
  readonly isHeld: boolean
  readonly isConfigured: boolean
  readonly isPulled: boolean
  readonly hasForeignName: boolean
  readonly usedAt: number | undefined
  readonly bytes: number
}

const die: fc.Arbitrary<Die> = fc.record({
  systemId: fc.constantFrom(us, us, us, 's_another', undefined),
  session: fc.constantFrom('here.1', 'here.2', 'here.3', 'elsewhere.1', undefined),
  purpose: fc.constantFrom('cache', 'cache', 'sources', 'toolchain', undefined),
  isRunning: fc.boolean(),
  isHeld: fc.boolean(),
  isConfigured: fc.boolean(),
  isPulled: fc.boolean(),
  hasForeignName: fc.boolean(),
  usedAt: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  bytes: fc.integer({ min: 0, max: 100 }),
})

function stateOf(volumes: readonly Die[], images: readonly Die[]) {
  const disk: EngineDisk = {
    volumes: volumes.map(({ systemId, session, purpose, bytes, isRunning }, at) => ({
      name: `v${at}`,
      labels: {
        ...(session !== undefined && { [keys.session]: session }),
        ...(systemId !== undefined && { [keys.systemId]: systemId }),
        ...(purpose !== undefined && { [keys.purpose]: purpose }),
      },
      bytes,
      containers: isRunning ? 1 : 0,
      createdAt: 0,
    })),
    images: images.map(({ bytes, isRunning, hasForeignName }, at) => ({
      id: `sha256:${at}`,
      names: [`i${at}:latest`, ...(hasForeignName ? [`mine${at}:1`] : [])],
      bytes,
      containers: isRunning ? 1 : 0,
    })),
  }
  const volumeOf = (thing: Thing) => volumes[Number(/^volume v(\d+)$/.exec(thing)?.[1])]
  const imageOf = (thing: Thing) => images[Number(/^image (?:sha256:|i)(\d+)/.exec(thing)?.[1])]
  const dieOf = (thing: Thing) => volumeOf(thing) ?? imageOf(thing)
  const known = {
    systemId: us,
    sessionId: 'here.3',
    usage: {
      lastUse: (thing: Thing) => {
        const usedAt = dieOf(thing)?.usedAt
        return usedAt === undefined ? undefined : { at: usedAt, project: 'group/project' }
      },
      isHeld: (thing: Thing) => dieOf(thing)?.isHeld ?? false,
      pulledNames: (id: string) =>
        imageOf(`image ${id}`)?.isPulled === true ? [id.replace('sha256:', 'i')] : [],
    },
    configured: new Set([
      ...volumes.flatMap(({ isConfigured }, at) => (isConfigured ? [`v${at}`] : [])),
      ...images.flatMap(({ isConfigured }, at) => (isConfigured ? [`i${at}:latest`] : [])),
    ]),
  }
  return { disk, known }
}

// The rules once more, as plainly as they can be said.
const isFree = ({ isRunning, isHeld, isConfigured }: Die) => !isRunning && !isHeld && !isConfigured
const mayGo = {
  volume: (one: Die) =>
    one.systemId === us &&
    one.session?.startsWith('here.') === true &&
    (one.purpose === 'cache' || one.purpose === 'sources') &&
    isFree(one),
  image: (one: Die) => one.isPulled && !one.hasForeignName && isFree(one),
}

describe('over any state of an engine', () => {
  it('never removes what runs, is held, is a toolchain or is somebody else’s, nor more than needed', () => {
    fc.assert(
      fc.property(
        fc.array(die, { maxLength: 8 }),
        fc.array(die, { maxLength: 8 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 200 }),
        fc.boolean(),
        (volumes, images, budget, toFree, all) => {
          const { disk, known } = stateOf(volumes, images)
          const items = engineItems(disk, known)
          const going = planEviction(items, { budget, toFree, all })
          const dieOf = ({ kind, id }: DiskItem) =>
            (kind === 'volume' ? volumes[Number(id.slice(1))] : images[Number(id.replace('sha256:', ''))])!
          const removable = (item: DiskItem) =>
            mayGo[item.kind === 'volume' ? 'volume' : 'image'](dieOf(item))

          for (const item of going) expect(removable(item)).toBe(true)
          const staying = items.filter((item) => !going.includes(item) && removable(item) && item.bytes > 0)
          const ages = (some: readonly DiskItem[]) => some.map(({ lastUsedAt }) => lastUsedAt ?? 0)
          if (going.length > 0 && staying.length > 0)
            expect(Math.max(...ages(going))).toBeLessThanOrEqual(Math.min(...ages(staying)))

          const counts = (item: DiskItem) =>
            item.kind === 'volume' || (dieOf(item).isPulled && !dieOf(item).hasForeignName)
          const sum = (some: readonly DiskItem[]) => some.reduce((total, { bytes }) => total + bytes, 0)
          const before = sum(items.filter(counts))
          const fits = (gone: readonly DiskItem[]) =>
            !all && (budget === 0 || before - sum(gone) <= budget) && sum(gone) >= toFree
          expect(fits(going) || staying.length === 0).toBe(true)
          if (going.length > 0) expect(fits(going.slice(0, -1))).toBe(false)
        },
      ),
      { numRuns: 10_000 },
    )
  }, 60_000)
})
