import { describe, expect, it } from 'vitest'

import type { ImagePull } from '../../main/contract/job.ts'
import type { Transfer } from '../../main/contract/transfer.ts'
import { MovedBytes } from '../../main/engine/moved-bytes.ts'

const aPull = (image: string, bytes: number): ImagePull => ({
  image,
  layers: [{ id: 'a', state: 'done', bytes, total: bytes }],
  bytesPerSecond: 0,
})
const up = (bytes: number): Transfer => ({ what: 'cache', direction: 'up', bytes, bytesPerSecond: 0 })

describe('the bytes that a stage has moved', () => {
  it('are those of the pulls and transfers that ended in it', () => {
    const moved = new MovedBytes()
    const [cache, artifacts] = [Symbol('cache'), Symbol('artifacts')]
    moved.pulling([aPull('tool', 10), aPull('service', 0)])
    moved.pulling([aPull('tool', 70), aPull('service', 5)])
    moved.pulling([aPull('service', 7)])
    moved.pulling([])
    const prepared = moved.take()
    moved.transferred(cache, up(100))
    moved.transferred(cache, up(300))
    moved.transferred(artifacts, up(1))
    moved.transferred(cache, undefined)
    const cached = moved.take()
    moved.transferred(artifacts, undefined)
    expect([prepared, cached, moved.take(), moved.take()]).toEqual([77, 300, 1, 0])
  })

  it('are none where every layer was there already', () => {
    const moved = new MovedBytes()
    moved.pulling([aPull('tool', 0)])
    moved.pulling([])
    expect(moved.take()).toBe(0)
  })
})
