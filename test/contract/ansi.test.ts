import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  ansiClasses,
  ansiColors,
  ansiSpans,
  ansiText,
  plainStyle,
  styleAfterLine,
  type AnsiStyle,
} from '../../main/contract/ansi.ts'
import { cpuSeconds } from '../support/cpu-time.ts'

const esc = '\u001B'
const spans = (line: string) => ansiSpans(line).spans.map(({ text, style }) => [text, style])

describe('ANSI text', () => {
  it.each<{ name: string; line: string; shows: [string, AnsiStyle][] }>([
    { name: 'plain', line: 'hello', shows: [['hello', {}]] },
    { name: 'nothing', line: '', shows: [] },
    {
      name: 'colour and reset',
      line: `a${esc}[32;1mb${esc}[0;mc`,
      shows: [
        ['a', {}],
        ['b', { foreground: 2, bold: true }],
        ['c', {}],
      ],
    },
    {
      name: 'reset without a number',
      line: `${esc}[31mb${esc}[mc`,
      shows: [
        ['b', { foreground: 1 }],
        ['c', {}],
      ],
    },
    { name: 'bright colours', line: `${esc}[91;102mx`, shows: [['x', { foreground: 9, background: 10 }]] },
    {
      name: '256 colours',
      line: `${esc}[38;5;9mx${esc}[48;5;196my${esc}[38;5;244mz`,
      shows: [
        ['x', { foreground: 9 }],
        ['y', { foreground: 9, background: '#ff0000' }],
        ['z', { foreground: '#808080', background: '#ff0000' }],
      ],
    },
    {
      name: 'true colour',
      line: `${esc}[38;2;1;2;255mx${esc}[48:2::16:32:48my`,
      shows: [
        ['x', { foreground: '#0102ff' }],
        ['y', { foreground: '#0102ff', background: '#102030' }],
      ],
    },
    { name: 'colours out of range', line: `${esc}[38;5;999mx${esc}[38;2;1;2mx`, shows: [['xx', {}]] },
    {
      name: 'attributes on and off',
      line: `${esc}[1;3;4;9mx${esc}[22;23;24my`,
      shows: [
        ['x', { bold: true, italic: true, underline: true, strike: true }],
        ['y', { strike: true }],
      ],
    },
    {
      name: 'foreground off',
      line: `${esc}[31;42mx${esc}[39my`,
      shows: [
        ['x', { foreground: 1, background: 2 }],
        ['y', { background: 2 }],
      ],
    },
    { name: 'cursor movement', line: `a${esc}[2Ab${esc}[10;5Hc${esc}[?25ld`, shows: [['abcd', {}]] },
    { name: 'private SGR', line: `a${esc}[>4;1mb`, shows: [['ab', {}]] },
    { name: 'a window title', line: `a${esc}]0;evil\u0007b`, shows: [['ab', {}]] },
    {
      name: 'a link',
      line: `${esc}]8;;javascript:alert(1)${esc}\\click${esc}]8;;${esc}\\`,
      shows: [['click', {}]],
    },
    { name: 'the clipboard', line: `a${esc}]52;c;ZXZpbA==${esc}\\b`, shows: [['ab', {}]] },
    { name: 'a title that never ends', line: `a${esc}]0;evil`, shows: [['a', {}]] },
    { name: 'a cut sequence', line: `a${esc}[3`, shows: [['a', {}]] },
    { name: 'other controls', line: 'a\u0000b\u0008c\u009B31md\u007F', shows: [['abc31md', {}]] },
    {
      name: 'markup, as text',
      line: '<img src=x onerror=alert(1)>',
      shows: [['<img src=x onerror=alert(1)>', {}]],
    },
    { name: 'tabs', line: 'a\tb', shows: [['a\tb', {}]] },
    { name: 'a progress bar', line: '10%\r20%\r30%', shows: [['30%', {}]] },
    { name: 'a progress bar at its end', line: 'done\r', shows: [['done', {}]] },
    {
      name: 'erasing before writing anew',
      line: `10%\r${esc}[K${esc}[32mok`,
      shows: [['ok', { foreground: 2 }]],
    },
    {
      name: 'a style that outlives what it coloured',
      line: `${esc}[31mred\rstill`,
      shows: [['still', { foreground: 1 }]],
    },
  ])('shows $name', ({ line, shows }) => {
    expect(spans(line)).toEqual(shows)
  })

  it('goes on in the style the line before it ended with', () => {
    const first = ansiSpans(`${esc}[1;34mtitle`)
    expect(ansiSpans(`goes on${esc}[0m`, first.style)).toEqual({
      spans: [{ text: 'goes on', style: { bold: true, foreground: 4 } }],
      style: plainStyle,
    })
  })

  it('names classes for the palette and values for other colours', () => {
    const style: AnsiStyle = { bold: true, inverse: true, foreground: 12, background: '#102030' }
    expect([ansiClasses(style), ansiColors(style), ansiClasses({}), ansiColors({ foreground: 1 })]).toEqual([
      'ansi-bold ansi-inverse ansi-fg-12',
      { backgroundColor: '#102030' },
      '',
      {},
    ])
  })

  it('never lets a control character or an unknown style value through', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(
            esc,
            `${esc}[`,
            `${esc}]`,
            `${esc}]8;;`,
            `${esc}\\`,
            '\r',
            '\u0007',
            '\u009D',
            'm',
            '<b>',
          ),
          fc.array(fc.integer({ min: -5, max: 300 })).map((codes) => `${esc}[${codes.join(';')}m`),
          fc
            .array(fc.constantFrom(':', ';', '38', '48', '2', '5', '255', '99999999999'))
            .map((codes) => `${esc}[${codes.join('')}m`),
        ),
      )
      .map((parts) => parts.join('').replaceAll('\n', ''))
    const safe = /^(?:|ansi-(?:bold|faint|italic|underline|strike|inverse|conceal|[fb]g-(?:\d|1[0-5])))$/u
    fc.assert(
      fc.property(hostile, (line) => {
        const shown = ansiSpans(line)
        for (const { text, style } of shown.spans) {
          // oxlint-disable-next-line no-control-regex -- they are what must not be there
          expect(text).not.toMatch(/[\0-\u0008\u000A-\u001F\u007F-\u009F]/u)
          for (const name of ansiClasses(style).split(' ')) expect(name).toMatch(safe)
          for (const value of Object.values(ansiColors(style))) expect(value).toMatch(/^#[\da-f]{6}$/u)
        }
        expect(styleAfterLine(line, plainStyle)).toEqual(shown.style)
        expect(ansiText(line)).toBe(shown.spans.map((span) => span.text).join(''))
      }),
      { numRuns: 3000 },
    )
  })

  it('takes a time that grows with the length of the line only', () => {
    const seconds = cpuSeconds(() => {
      for (const unit of [`${esc}]`, `${esc}[`, `${esc}[38;5;`, `${esc}P${esc}`, '\r', `${esc}(`]) {
        ansiText(unit.repeat(100_000))
      }
    })
    expect(seconds).toBeLessThan(3)
  })
})
