import { describe, expect, it } from 'vitest'

import type { LogReader } from '../../../main/engine/log/log-reader.ts'
import { searchLog } from '../../../main/engine/log/search-log.ts'

const logOf = (text: string): LogReader => {
  const bytes = Buffer.from(text)
  return {
    size: bytes.length,
    ended: true,
    read: async (offset, max) => bytes.subarray(offset, offset + max),
    grown: async () => false,
    checksum: () => '',
  }
}

async function search(text: string, pattern: string | RegExp, keep?: number) {
  const hits = []
  let count = 0
  for await (const progress of searchLog(logOf(text), pattern, keep === undefined ? {} : { keep })) {
    hits.push(...progress.hits)
    count = progress.count
  }
  return { hits, count }
}

const at = '2025-01-01T00:00:00.000001Z 01O'
const stamped = `${at} \u001B[32;1mError\u001B[0;m: one\n${at} fine\n${at} half of er\n${at}+ror\n`

describe('searching a log', () => {
  it('finds text in any case, in what a person sees of a line', async () => {
    expect(await search(stamped, 'error')).toEqual({
      hits: [
        { line: 0, text: 'Error: one' },
        { line: 2, text: 'half of error' },
      ],
      count: 2,
    })
    expect(await search(stamped, '2025')).toEqual({ hits: [], count: 0 })
  })

  it('finds what a regular expression says, also one that keeps a position', async () => {
    expect((await search(stamped, /^.*r$/gu)).hits.map(({ line }) => line)).toEqual([2])
  })

  it('finds every line of a long log once, and counts beyond what it tells', async () => {
    const text = Array.from(
      { length: 60_000 },
      (_, line) => `${line % 3 === 0 ? 'needle ü' : 'hay'} ${line}\n`,
    ).join('')
    const { hits, count } = await search(text, 'NEEDLE Ü', 15_000)
    expect({ count, told: hits.length, last: hits.at(-1) }).toEqual({
      count: 20_000,
      told: 15_000,
      last: { line: 44_997, text: 'needle ü 44997' },
    })
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    controller.abort(new Error('typed on'))
    const progress = searchLog(logOf(stamped), 'x', { signal: controller.signal })
    await expect(progress.next()).rejects.toThrow('typed on')
  })
})
