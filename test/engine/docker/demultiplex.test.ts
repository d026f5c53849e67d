import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { demultiplex } from '../../../main/engine/docker/demultiplex.ts'

const frame = (stream: number, payload: string | Buffer) => {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(payload), 4)
  return Buffer.concat([header, Buffer.from(payload)])
}

/** What arrives, neighbouring pieces of one stream joined. */
async function takeApart(chunks: readonly Buffer[]) {
  const heard: (readonly [string, string])[] = []
  const listen = (name: string) => async (chunk: Buffer) => {
    const last = heard.at(-1)
    if (last?.[0] === name) heard[heard.length - 1] = [name, last[1] + chunk.toString('latin1')]
    else heard.push([name, chunk.toString('latin1')])
  }
  await demultiplex(chunks.values() as never as AsyncIterable<Buffer>, {
    stdout: listen('out'),
    stderr: listen('err'),
  })
  return heard
}

describe("a container's output", () => {
  it('goes to its streams in the order it came', async () => {
    const all = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(0, 'three')])
    expect(await takeApart([all])).toEqual([
      ['out', 'one'],
      ['err', 'two'],
      ['out', 'three'],
    ])
  })

  it('is the same wherever its chunks are cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ maxLength: 20 })), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(200), { maxLength: 12 }), async (sent, cuts) => {
        const all = Buffer.concat(sent.map(([stream, text]) => frame(stream, Buffer.from(text, 'latin1'))))
        const places = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length]
        const chunks = places.slice(1).map((end, at) => all.subarray(places[at], end))
        expect(await takeApart(chunks)).toEqual(await takeApart([all]))
      }),
    )
  })

  it('ends normally within a frame', async () => {
    expect(await takeApart([frame(1, 'complete').subarray(0, 12)])).toEqual([['out', 'comp']])
  })

  it("breaks off with the engine's words", async () => {
    await expect(takeApart([frame(1, 'a'), frame(3, 'disk is gone')])).rejects.toThrow('disk is gone')
  })

  it('is held back by a slow listener', async () => {
    const gate = Promise.withResolvers<void>()
    let pulled = 0
    async function* endless() {
      for (; pulled < 100; pulled++) yield frame(1, 'x')
    }
    const done = demultiplex(endless(), { stdout: () => gate.promise, stderr: async () => {} })
    await new Promise(setImmediate)
    expect(pulled).toBe(0)
    gate.resolve()
    await done
    expect(pulled).toBe(100)
  })
})
