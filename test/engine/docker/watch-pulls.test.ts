import { describe, expect, it } from 'vitest'

import { sumUp } from '../../../main/contract/image-pull.ts'
import type { ImagePull } from '../../../main/contract/job.ts'
import { createPullProgress } from '../../../main/engine/docker/pull-progress.ts'
import { watchPulls } from '../../../main/engine/docker/watch-pulls.ts'
import { heardLines } from '../../support/heard-lines.ts'
import { turnedClock } from '../../support/turned-clock.ts'

const MiB = 1024 * 1024

/** `layer status current/total`, as the engine tells it; sizes in MiB. */
function event(text: string) {
  const [, layer = '', status = '', current, total] = /^(\S+) (.*?)(?: (\d+)\/(\d+))?$/.exec(text) ?? []
  const size = (word: string | undefined) => (word === undefined ? undefined : Number(word) * MiB)
  return { layer, status, current: size(current), total: size(total) }
}

const layersOf = ({ layers }: ImagePull) =>
  layers.map(
    ({ id, state, bytes, total }) =>
      `${id} ${state} ${bytes / MiB}/${total === undefined ? '?' : total / MiB}`,
  )

describe('the progress of a pull', () => {
  it.each([
    { events: ['1.0 Pulling from group/tool'], layers: [] },
    { events: ['a Pulling fs layer', 'a Waiting'], layers: ['a waiting 0/?'] },
    { events: ['a Downloading 3/10'], layers: ['a downloading 3/10'] },
    { events: ['a Downloading 3/10', 'a Verifying Checksum'], layers: ['a unpacking 10/10'] },
    { events: ['a Downloading 3/10', 'a Extracting 1/10'], layers: ['a unpacking 10/10'] },
    { events: ['a Downloading 3/10', 'a Retrying in 5 seconds'], layers: ['a retrying 3/10'] },
    { events: ['a Downloading 3/10', 'a Pull complete'], layers: ['a done 10/10'] },
    { events: ['a Already exists', 'b Downloading 1/2'], layers: ['a done 0/?', 'b downloading 1/2'] },
  ])('after $events is $layers', ({ events, layers }) => {
    const progress = createPullProgress('tool', turnedClock())
    for (const text of events) progress.note(event(text))
    expect(layersOf(progress.now())).toEqual(layers)
  })

  it('has the speed of the last seconds, and the time that is left at that speed', async () => {
    const clock = turnedClock()
    const progress = createPullProgress('tool', clock)
    const after = async (seconds: number, mebibytes: number) => {
      await clock.advance(seconds * 1000)
      progress.note(event(`a Downloading ${mebibytes}/100`))
      const { bytesPerSecond } = progress.now()
      return { speed: bytesPerSecond / MiB, left: sumUp(progress.now()).secondsLeft }
    }
    expect([await after(1, 10), await after(1, 20), await after(5, 25), await after(5, 30)]).toEqual([
      { speed: 10, left: 9 },
      { speed: 10, left: 8 },
      { speed: 1, left: 75 },
      { speed: 1, left: 70 },
    ])
  })

  it('knows no time that is left while the size of a layer is not known', async () => {
    const clock = turnedClock()
    const progress = createPullProgress('tool', clock)
    await clock.advance(1000)
    for (const text of ['a Downloading 5/10', 'b Waiting']) progress.note(event(text))
    expect(sumUp(progress.now())).toEqual({
      layers: 2,
      layersDone: 0,
      bytes: 5 * MiB,
      total: 10 * MiB,
      isWhole: false,
    })
  })
})

describe('the pulls of a job', () => {
  it('are told together while they run, and none in the end', () => {
    const told: string[][] = []
    const { output } = heardLines()
    const pulls = watchPulls(turnedClock(), output, {
      pulling: (all) => void told.push(all.map(({ image }) => image)),
    })
    const tool = pulls.begin('tool')
    const service = pulls.begin('service')
    tool[Symbol.dispose]()
    service[Symbol.dispose]()
    expect(told).toEqual([['tool'], ['tool', 'service'], ['service'], []])
  })

  it('are told with all their bytes before they end', () => {
    const told: number[] = []
    const { output } = heardLines()
    const pulls = watchPulls(turnedClock(), output, {
      pulling: ([pull]) => void told.push(pull === undefined ? 0 : sumUp(pull).bytes / MiB),
    })
    const pull = pulls.begin('tool')
    pull.note(event('a Downloading 3/10'))
    pull.note(event('a Pull complete'))
    pull[Symbol.dispose]()
    expect(told).toEqual([0, 10, 0])
  })

  it('are told at most four times a second', async () => {
    const clock = turnedClock()
    let told = 0
    const { output } = heardLines()
    using pull = watchPulls(clock, output, { pulling: () => void told++ }).begin('tool')
    for (let step = 0; step < 100; step++) {
      await clock.advance(10)
      pull.note(event(`a Downloading ${step}/100`))
    }
    expect(told).toBeLessThanOrEqual(5)
  })

  it('print a line every ten seconds', async () => {
    const clock = turnedClock()
    const { output, lines } = heardLines()
    using pull = watchPulls(clock, output, undefined).begin('tool:1')
    pull.note(event('b Already exists'))
    for (let second = 1; second <= 25; second++) {
      await clock.advance(1000)
      pull.note(event(`a Downloading ${second}/100`))
    }
    expect(lines).toEqual([
      'plain: Pulling tool:1: 1 of 2 layers, 10.0 MiB of 100 MiB, 1.0 MiB/s, 1 min 30 s left',
      'plain: Pulling tool:1: 1 of 2 layers, 20.0 MiB of 100 MiB, 1.0 MiB/s, 1 min 20 s left',
    ])
  })
})
