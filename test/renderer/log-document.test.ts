import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ansiText } from '../../main/contract/ansi.ts'
import { foldsOf } from '../../renderer/log/folds.ts'
import { LogDocument } from '../../renderer/log/log-document.ts'
import { patternOf, searchLog } from '../../renderer/log/search-log.ts'
import { aJob } from '../support/fake-jobs.ts'
import { compileLog, LogWriter } from '../support/fake-log.ts'

describe('the log on the screen', () => {
  it('has the lines without stamps and markers, and its sections', () => {
    const log = new LogWriter(1_000_000)
    log
      .runner('hello')
      .section('get_sources', 'Getting source')
      .out('fetching')
      .at(1_005_000)
      .endSection('get_sources')
    const document = read(log.out('bye').text)
    expect({ texts: textsOf(document).map(ansiText), sections: document.sections }).toEqual({
      texts: ['hello', 'Getting source', 'fetching', 'bye'],
      sections: [
        {
          name: 'get_sources',
          heading: 1,
          end: 3,
          startedAt: 1000,
          endedAt: 1005,
          showsDuration: true,
          startsFolded: false,
        },
      ],
    })
  })

  it('is the same however it was cut into chunks', () => {
    const text = compileLog(
      aJob({ id: 7, acceptedAt: 1e12, state: { phase: 'finished', outcome: { result: 'success' } } }),
    )
    const whole = read(text)
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 40 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const document = read(...edges.slice(1).map((edge, index) => text.slice(edges[index], edge)))
        expect(textsOf(document)).toEqual(textsOf(whole))
        expect(document.sections).toEqual(whole.sections)
      }),
      { numRuns: 50 },
    )
  })

  it('closes at its end what a killed job left open', () => {
    const document = read(new LogWriter(0).section('step_script', 'Executing').out('make').text)
    expect(document.sections.map(({ heading, end, endedAt }) => ({ heading, end, endedAt }))).toEqual([
      { heading: 0, end: 2, endedAt: undefined },
    ])
  })
})

describe('folding', () => {
  it('agrees with hiding line by line, whatever is nested in what', () => {
    const section = fc.record({
      heading: fc.nat(40),
      length: fc.integer({ min: 1, max: 20 }),
      isFolded: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.uniqueArray(section, { maxLength: 8, selector: ({ heading }) => heading }), (made) => {
        const lines = 60
        const sorted = nested(made.toSorted((a, b) => a.heading - b.heading))
        const folded = new Set(sorted.filter(({ isFolded }) => isFolded).map(({ heading }) => heading))
        const hidden = (line: number) =>
          sorted.some(({ heading, end }) => folded.has(heading) && line > heading && line < end)
        const shown = Array.from({ length: lines }, (_, line) => line).filter((line) => !hidden(line))
        const folds = foldsOf(lines, sorted.map(asSection), folded)
        expect(Array.from({ length: folds.rows }, (_, row) => folds.lineAt(row))).toEqual(shown)
        expect(shown.map((line) => folds.rowOf(line))).toEqual(shown.map((_, row) => row))
      }),
    )
  })
})

describe('searching', () => {
  it('ignores case and colours, and reports the lines', async () => {
    const texts = ['one', '\x1b[31mERR\x1b[0mor here', 'no', 'another error']
    expect(await found(texts, { text: 'error', isRegex: false })).toEqual([1, 3])
  })

  it('takes what was typed literally unless told otherwise', async () => {
    const texts = ['a.c', 'abc', '[x](y)*']
    expect({
      literal: await found(texts, { text: 'a.c', isRegex: false }),
      odd: await found(texts, { text: '[x](y)*', isRegex: false }),
      regex: await found(texts, { text: 'a.c', isRegex: true }),
      broken: patternOf({ text: '(', isRegex: true }),
    }).toEqual({ literal: [0], odd: [2], regex: [0, 1], broken: undefined })
  })
})

function read(...chunks: readonly string[]): LogDocument {
  const document = new LogDocument()
  for (const chunk of chunks) document.append(chunk)
  document.end()
  return document
}

interface Made {
  readonly heading: number
  readonly length: number
  readonly isFolded: boolean
}

/** As in a log: an inner section ends before the one around it. */
function nested(made: readonly Made[]) {
  const open: { end: number }[] = []
  return made.map(({ heading, length, isFolded }) => {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= heading) open.pop()
    const end = Math.min(heading + length, open.at(-1)?.end ?? Infinity, 60)
    open.push({ end })
    return { heading, end, isFolded }
  })
}

const asSection = ({ heading, end }: { heading: number; end: number }) => ({
  name: 'step',
  heading,
  end,
  startedAt: 0,
  endedAt: 1,
  showsDuration: true,
  startsFolded: false,
})

const textsOf = ({ lines }: LogDocument) => Array.from({ length: lines.length }, (_, line) => lines.at(line))

async function found(texts: readonly string[], query: Parameters<typeof patternOf>[0]): Promise<number[]> {
  const pattern = patternOf(query)
  const lines: number[] = []
  if (pattern)
    await searchLog(
      { length: texts.length, at: (index) => texts[index] ?? '' },
      pattern,
      0,
      (hits) => lines.push(...hits),
      new AbortController().signal,
    )
  return lines
}
