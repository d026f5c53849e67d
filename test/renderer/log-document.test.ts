import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ansiText } from '../../main/contract/ansi.ts'
import { ChangedLines } from '../../renderer/log/changed-lines.ts'
import { foldsOf } from '../../renderer/log/folds.ts'
import { LogDocument } from '../../renderer/log/log-document.ts'
import { patternOf, Searches, searchLog, type LogQuery, type Search } from '../../renderer/log/search-log.ts'
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

  it('looks through the hits of a word only while the word grows', async () => {
    const looked: number[] = []
    const texts = ['error', 'none', 'err', 'errors']
    const lines = { ...linesOf(texts), at: (index: number) => (looked.push(index), texts[index] ?? '') }
    const searches = new Searches()
    for (const text of ['err', 'erro', 'errors']) {
      const query = { text, isRegex: false }
      await searchLog(lines, searches.begin(query, /error/i), () => {}, new AbortController().signal)
      looked.push(-1)
    }
    expect(looked).toEqual([0, 1, 2, 3, -1, 0, 3, -1, 0, 3, -1])
  })

  it('finds in a line what it says now, not what it said when it was searched', async () => {
    const document = new LogDocument()
    const searches = new Searches()
    const bar = /50%/
    const search = searches.begin({ text: '50%', isRegex: false }, bar)
    const found: number[][] = []
    const after = async (chunk: string) => {
      document.append(chunk)
      await searchLog(document.lines, search, () => {}, new AbortController().signal)
      found.push([...search.hits])
    }
    await after('begin\n')
    await after('loading 10%')
    await after('\rloading 50%')
    await after('\rloading 90%')
    await after('\rloading 100%\nhalf is 50%\n')
    expect(found).toEqual([[], [], [1], [], [2]])
  })

  it('finds the same in a log that grows and is drawn over as in the finished one', async () => {
    const record = fc.tuple(
      fc.constantFrom('00O', '01O', '01E'),
      fc.constantFrom(' ', '+'),
      fc.constantFrom('a', 'ab\rb', '\rc', 'b', 'a\rab'),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 12 }),
        async (records, cuts) => {
          const text = records
            .map(([stream, kind, said]) => `2026-01-01T00:00:00.000000Z ${stream}${kind}${said}\n`)
            .join('')
          const document = new LogDocument()
          const searches = new Searches()
          const search = searches.begin({ text: 'ab', isRegex: false }, /ab/)
          let from = 0
          for (const cut of [...cuts, text.length]) {
            document.append(text.slice(from, from + cut))
            from += cut
            await searchLog(document.lines, search, () => {}, new AbortController().signal)
          }
          document.end()
          await searchLog(document.lines, search, () => {}, new AbortController().signal)
          const { lines } = document
          const all = Array.from({ length: lines.length }, (_, line) => line)
          expect(search.hits).toEqual(all.filter((line) => ansiText(lines.at(line)).includes('ab')))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('finds the same however the query was typed, hurried or not', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', '*'), minLength: 1, maxLength: 4 })
    const query = fc.record({ text, isRegex: fc.boolean() }).filter((one) => patternOf(one) !== undefined)
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 12 }),
        fc.array(query, { maxLength: 5 }),
        fc.boolean(),
        async (texts, queries, isHurried) => {
          const alone = await Promise.all(queries.map((one) => found(texts, one)))
          expect(await foundWhileTyping(texts, queries, isHurried)).toEqual(alone)
        },
      ),
      { numRuns: 200 },
    )
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

async function found(texts: readonly string[], query: LogQuery): Promise<readonly number[]> {
  const pattern = patternOf(query)
  if (pattern === undefined) return []
  const search = new Searches().begin(query, pattern)
  await searchLog(linesOf(texts), search, () => {}, new AbortController().signal)
  return search.hits
}

/** What each query finds when they are typed one after the other. */
async function foundWhileTyping(
  texts: readonly string[],
  queries: readonly LogQuery[],
  isHurried: boolean,
): Promise<readonly (readonly number[])[]> {
  const searches = new Searches()
  const all: Search[] = []
  const run = (search: Search) => searchLog(linesOf(texts), search, () => {}, new AbortController().signal)
  for (const query of queries) {
    const search = searches.begin(query, patternOf(query)!)
    all.push(search)
    if (!isHurried) await run(search)
  }
  for (const search of all) await run(search)
  return all.map(({ hits }) => hits)
}

const linesOf = (texts: readonly string[]) => ({
  length: texts.length,
  at: (index: number) => texts[index] ?? '',
  changes: new ChangedLines(),
})
