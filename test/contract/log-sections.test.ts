import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ansiText } from '../../main/contract/ansi.ts'
import { createLogParser, type LogEvent, type LogLine } from '../../main/contract/log-sections.ts'
import { cpuSeconds } from '../support/cpu-time.ts'

const clear = '\u001B[0K'
const start = (name: string, time = 1) => `section_start:${time}:${name}\r${clear}`
const end = (name: string, time = 2) => `section_end:${time}:${name}\r${clear}`
const at = '2025-01-01T00:00:00.000001Z'

/** What a viewer has after folding all events. */
function view(pieces: readonly string[]) {
  const parser = createLogParser()
  const events = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]
  return folded(events)
}

function folded(events: readonly LogEvent[]) {
  const lines: LogLine[] = []
  const sections: string[] = []
  for (const event of events) {
    if (event.type === 'line') {
      expect(event.index).toBeLessThanOrEqual(lines.length)
      lines[event.index] = event.line
    } else {
      const { edge, name, time, collapsed, hideDuration } = event.marker
      const options = `${collapsed ? ' collapsed' : ''}${hideDuration ? ' hides duration' : ''}`
      sections.push(`${event.index} ${edge} ${name} ${time}${options}`)
    }
  }
  return { lines, sections }
}

const texts = (pieces: readonly string[]) => view(pieces).lines.map((line) => ansiText(line.text))

describe('a log without timestamps', () => {
  it('is lines, sections and their headings', () => {
    const { lines, sections } = view([
      'Running with gitlab-runner\n',
      `${start('get_sources', 10)}${clear}Getting source\nFetching\n`,
      `${end('get_sources', 20)}${start('step_script', 20)}Executing\nhi\n`,
      `${end('step_script', 30)}Job succeeded\n`,
    ])
    expect({ texts: lines.map((line) => ansiText(line.text)), sections }).toEqual({
      texts: ['Running with gitlab-runner', 'Getting source', 'Fetching', 'Executing', 'hi', 'Job succeeded'],
      sections: [
        '1 start get_sources 10',
        '3 end get_sources 20',
        '3 start step_script 20',
        '5 end step_script 30',
      ],
    })
  })

  it('knows the options of a section', () => {
    const collapsing = `section_start:5:section_script_step_0[hide_duration=true,collapsed=true]\r${clear}$ make\nout\n`
    expect(view([collapsing]).sections).toEqual(['0 start section_script_step_0 5 collapsed hides duration'])
  })

  it('makes no line of a marker that stands alone', () => {
    expect(view([`a\n${end('x')}\nb\n`])).toMatchObject({
      lines: [{ text: 'a' }, { text: 'b' }],
      sections: ['1 end x 2'],
    })
  })

  it('keeps empty lines', () => {
    expect(texts(['a\n\nb\n'])).toEqual(['a', '', 'b'])
  })

  it('shows an unfinished line at once, and the same line again when it has grown', () => {
    const parser = createLogParser()
    parser.push('the first line, which decides about timestamps\n')
    const events = ['..', '.', ' ok\n'].map((piece) => parser.push(piece))
    expect(events).toMatchObject([
      [{ type: 'line', index: 1, line: { text: '..' } }],
      [{ type: 'line', index: 1, line: { text: '...' } }],
      [{ type: 'line', index: 1, line: { text: '... ok' } }],
    ])
  })

  it('does not take a line for stamped that only looks like it', () => {
    expect(texts(['plain\n', `${at} 01O not a stamp\n`])).toEqual(['plain', `${at} 01O not a stamp`])
  })

  it('forgets what a progress bar has overwritten, but not its colour', () => {
    const { lines } = view(['go\n', '\u001B[32m10%\r', '20%\r', '30%\r\n', 'next\u001B[0m\nlast\n'])
    expect(lines.map(({ text, style }) => [text, style])).toEqual([
      ['go', {}],
      ['30%\r', { foreground: 2 }],
      ['next\u001B[0m', { foreground: 2 }],
      ['last', {}],
    ])
  })
})

describe('a log with timestamps', () => {
  it('is put together again', () => {
    const { lines, sections } = view([
      `${at} 00O ${start('get_sources', 10)}\n${at} 00O+${clear}Getting source\n`,
      `${at} 01O 10%\r\n${at} 01E warning\n${at} 01O+20%\r\n${at} 01O+done\n`,
      `${at} 0fO from a service\n`,
      `${at} 00O ${end('get_sources', 20)}\n${at} 00O+Job succeeded\n`,
    ])
    const stamp = { time: at, style: {} }
    expect({ lines, sections }).toEqual({
      lines: [
        { ...stamp, stream: 0, type: 'O', continuation: false, text: `${clear}Getting source` },
        { ...stamp, stream: 1, type: 'O', continuation: true, text: 'done' },
        { ...stamp, stream: 1, type: 'E', continuation: false, text: 'warning' },
        { ...stamp, stream: 15, type: 'O', continuation: false, text: 'from a service' },
        { ...stamp, stream: 0, type: 'O', continuation: false, text: 'Job succeeded' },
      ],
      sections: ['0 start get_sources 10', '4 end get_sources 20'],
    })
  })

  it('may end with lines that have none, as the notice of a full log', () => {
    const { lines } = view([
      `${at} 01O abc\n`,
      "\u001B[33;1mJob's log exceeded limit of 8 bytes.\nNo more.\u001B[0;m\n",
    ])
    expect(lines.map((line) => [line.time, ansiText(line.text)])).toEqual([
      [at, 'abc'],
      [undefined, "Job's log exceeded limit of 8 bytes."],
      [undefined, 'No more.'],
    ])
  })
})

describe('any log', () => {
  it('is shown in time that grows with its length only, also without line feeds', () => {
    const record = `${at} 01O+${'x'.repeat(8192)}\n`
    let lines: ReturnType<typeof view>['lines'] = []
    const seconds = cpuSeconds(() => {
      lines = view([`${at} 01O \n`, ...Array.from({ length: 2500 }, () => record)]).lines
    })
    expect(lines.map((line) => line.text.length).reduce((sum, length) => sum + length)).toBe(2500 * 8192)
    expect(Math.max(...lines.map((line) => line.text.length))).toBe(32 * 1024)
    expect(seconds).toBeLessThan(5)
  })

  const bit = fc.constantFrom(
    'text',
    '\n',
    '\r',
    '\r\n',
    ' ',
    clear,
    '\u001B[31m',
    '\u001B[0m',
    start('a'),
    end('a'),
    'section_',
    'section_start:1:a',
    `section_start:1:b[collapsed=true]\r${clear}`,
    `${at} 00O `,
    `${at} 00O+`,
    `${at} 01E `,
    `${at} 01E+`,
    '\u001B]0;t\u0007',
    'ü😀',
  )

  it('looks the same however it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(bit, { maxLength: 60 }).map((bits) => bits.join('')),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }),
        (log, cuts) => {
          const places = [0, ...cuts.filter((cut) => cut < log.length).sort((a, b) => a - b), log.length]
          const pieces = places.slice(1).map((place, index) => log.slice(places[index], place))
          const whole = view([log])
          const cut = view(pieces)
          expect(seen(cut)).toEqual(seen(whole))
        },
      ),
      { numRuns: 4000 },
    )
  })

  it('is read without failing, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), bit)), (pieces) => {
        view(pieces)
      }),
      { numRuns: 1000 },
    )
  })
})

const seen = ({ lines, sections }: ReturnType<typeof view>) => ({
  lines: lines.map((line) => ansiText(line.text)),
  sections,
})
