import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { adviceOn } from '../../../main/engine/docker/volume-advice.ts'
import {
  type VolumeEntry,
  isHostMounted,
  isWithin,
  parseVolume,
} from '../../../main/engine/docker/volume-spec.ts'
import { cpuSeconds } from '../../support/cpu-time.ts'

const host = (source: string, destination: string, mode = '', label = '', propagation = '') =>
  ({ kind: 'host', source, destination, mode, label, propagation }) as VolumeEntry
const named = (source: string, destination: string, mode = '') =>
  ({ kind: 'named', source, destination, mode, label: '', propagation: '' }) as VolumeEntry
const cache = (destination: string, mode = '') =>
  ({ kind: 'cache', destination, dropped: { mode, label: '', propagation: '' } }) as VolumeEntry

describe('an entry of volumes', () => {
  it.each([
    { spec: '/a:/b', reads: host('/a', '/b') },
    { spec: '/a:/b:ro', reads: host('/a', '/b', 'ro') },
    { spec: '/a:/b:RO', reads: host('/a', '/b', 'ro') },
    { spec: '/a:/b:ro,z,rslave', reads: host('/a', '/b', 'ro', 'z', 'rslave') },
    { spec: '/a:/b:ro:z', reads: host('/a', '/b', 'ro', 'z') },
    { spec: '/a:/b:Z', reads: host('/a', '/b', '', 'Z') },
    { spec: '/a:/b:rslave', reads: host('/a', '/b', '', '', 'rslave') },
    { spec: '/a:/b:O', reads: host('/a', '/b', 'o') },
    { spec: '/a:/b/', reads: host('/a', '/b/') },
    { spec: '/with space:/also here:ro', reads: host('/with space', '/also here', 'ro') },
    { spec: '/a:/b/$CI_PROJECT_ID:ro', reads: host('/a', '/b/$CI_PROJECT_ID', 'ro') },
    { spec: 'vol:/b', reads: named('vol', '/b') },
    { spec: 'vol:/b:ro', reads: named('vol', '/b', 'ro') },
    { spec: 'c:/toolchain', reads: named('c', '/toolchain') },
    { spec: '/b', reads: cache('/b') },
    { spec: '/b:ro', reads: cache('/b', 'ro') },
    { spec: '/b,ro', reads: cache('/b,ro') },
    { spec: '/a:/b,ro', reads: host('/a', '/b,ro') },
  ])('$spec is read', ({ spec, reads }) => {
    expect(parseVolume(spec)).toEqual(reads)
  })

  it.each([
    { spec: '/a:/b:z,ro', advice: 'write "ro,z" instead of "z,ro"' },
    { spec: '/a:/b:rslave,ro', advice: 'write "ro,rslave"' },
    { spec: '/a:/b:nocopy', advice: '"nocopy" is not supported' },
    { spec: 'vol:/b:nocopy', advice: '"nocopy" is not supported' },
    { spec: '/a:/b:cached', advice: '"cached" is not supported' },
    { spec: '/a:/b:U', advice: '"U" is not supported' },
    { spec: '//c/x:/b', advice: 'Windows path' },
    { spec: 'C:\\x:/b', advice: 'Windows path' },
    { spec: 'c:/x:/b:ro', advice: 'Windows path' },
    { spec: '~/x:/b', advice: '"~" is not expanded' },
    { spec: './x:/b', advice: 'must be absolute' },
    { spec: '$HOME/x:/b', advice: 'in the destination only' },
    { spec: '/a//b:/c', advice: 'doubled slash' },
    { spec: 'vol:b', advice: 'in the container must be absolute' },
    { spec: 'vol', advice: 'beginning with "/", is missing' },
    { spec: '/a:$X/b', advice: 'must read' },
    { spec: '', advice: 'must read' },
  ])('$spec is refused: $advice', ({ spec, advice }) => {
    expect({ read: parseVolume(spec), advice: adviceOn(spec) }).toEqual({
      read: undefined,
      advice: expect.stringContaining(advice),
    })
  })
})

const character = fc.constantFrom('a', 'b', 'z', 'Z', '0', '-', '_', '.', ' ', ',', '$', '%', 'é', 'ro', 'rw')
const segment = fc.string({ unit: character, minLength: 1, maxLength: 6 })
const absolutePath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
const mode = fc.constantFrom('', 'ro', 'rw', 'RO')
const label = fc.constantFrom('', 'z', 'Z')
const propagation = fc.constantFrom('', 'shared', 'rslave', 'rprivate')

describe('any entry in the grammar', () => {
  it('comes apart into what it was put together from', () => {
    fc.assert(
      fc.property(
        absolutePath,
        absolutePath,
        mode,
        label,
        propagation,
        fc.constantFrom(':', ','),
        (source, destination, mode, label, propagation, glue) => {
          const options = [mode, label, propagation].filter((word) => word !== '')
          const spec = `${source}:${destination}${options.length === 0 ? '' : `:${options.join(glue)}`}`
          expect(parseVolume(spec)).toEqual(host(source, destination, mode.toLowerCase(), label, propagation))
        },
      ),
    )
  })

  it('is a cache volume where it has no source', () => {
    fc.assert(
      fc.property(absolutePath, (destination) => {
        expect(parseVolume(destination)).toEqual(cache(destination))
      }),
    )
  })

  it('never takes long, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', ':', 'a', ',', 'ro', 'z', ' '), maxLength: 400 }),
        (spec) => {
          const seconds = cpuSeconds(() => {
            parseVolume(spec)
            adviceOn(spec)
          })
          expect(seconds).toBeLessThan(0.5)
        },
      ),
    )
  })
})

describe('the builds folder', () => {
  it.each([
    { volumes: ['/srv/b:/builds'], mounted: true },
    { volumes: ['/srv:/'], mounted: true },
    { volumes: ['/srv/b:/builds/group'], mounted: false },
    { volumes: ['vol:/builds', '/builds'], mounted: false },
    { volumes: ['/srv/b:/buildsx'], mounted: false },
  ])('$volumes → on the host: $mounted', ({ volumes, mounted }) => {
    expect(isHostMounted('/builds', volumes, (text) => text)).toBe(mounted)
  })

  it('lies within itself and its parents only', () => {
    expect(['/builds', '/', '/builds/a', '/b'].map((place) => isWithin('/builds', place))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
