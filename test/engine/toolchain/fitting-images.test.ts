import { describe, expect, it } from 'vitest'

import type { Image } from '../../../main/engine/docker/port.ts'
import { fittingImages } from '../../../main/engine/toolchain/doctor/fitting-images.ts'
import { tempDir } from '../../support/temp-dir.ts'

/** An engine whose images run as many programs as is said, and what was examined so far. */
async function anEngine(images: Record<string, number>) {
  const dir = await tempDir()
  const examined: string[] = []
  const fit = (given: { readonly state?: string; readonly user?: string } = {}) =>
    fittingImages(
      {
        engine: {
          listImages: () =>
            Promise.resolve(
              Object.keys(images).map((name) => ({ id: `sha256:${name}`, names: [name], size: 1 })),
            ),
        },
        memory: dir.path,
        state: 'first',
        user: '',
        inspect: (name) => Promise.resolve(imageNamed(name)),
        check: (_, name) => {
          examined.push(name)
          return Promise.resolve({ runs: images[name] ?? 0 })
        },
        ...given,
      },
      { id: 'sha256:chosen', runs: 3 },
    )
  return { images, examined, fit, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() }
}

const imageNamed = (name: string): Image => ({
  id: `sha256:${name}`,
  digests: [],
  os: 'linux',
  architecture: 'amd64',
  variant: '',
  user: '',
  entrypoint: [],
  env: [],
  ports: [],
})

describe('images in which more of a toolchain runs', () => {
  it('are named best first, without those in which less than half as much does', async () => {
    await using engine = await anEngine({ chosen: 3, few: 4, all: 10, most: 9, none: 0 })
    expect(await engine.fit()).toEqual([
      { image: 'all', runs: 10 },
      { image: 'most', runs: 9 },
    ])
  })

  it('are examined once, and one that was pulled since alone', async () => {
    await using engine = await anEngine({ chosen: 3, all: 10 })
    await engine.fit()
    engine.images['pulled'] = 12
    expect([await engine.fit(), engine.examined]).toEqual([
      [
        { image: 'pulled', runs: 12 },
        { image: 'all', runs: 10 },
      ],
      ['all', 'pulled'],
    ])
  })

  it('are named no more once they are removed', async () => {
    await using engine = await anEngine({ all: 10, most: 9 })
    await engine.fit()
    delete engine.images['all']
    expect(await engine.fit()).toEqual([{ image: 'most', runs: 9 }])
  })

  it.each([[{ state: 'changed' }], [{ user: 'dev' }]])('are examined again for %o', async (given) => {
    await using engine = await anEngine({ all: 10 })
    await engine.fit()
    await engine.fit(given)
    expect(engine.examined).toEqual(['all', 'all'])
  })

  it('are examined twelve at a time, where there are many', async () => {
    const names = Array.from({ length: 15 }, (_, index) => [`image-${index}`, 5] as const)
    await using engine = await anEngine(Object.fromEntries(names))
    await engine.fit()
    const first = engine.examined.length
    await engine.fit()
    expect([first, engine.examined.length]).toEqual([12, 15])
  })
})
