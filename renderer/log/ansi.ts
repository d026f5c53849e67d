/* oxlint-disable no-control-regex -- escape sequences are made of control characters */

/** How a stretch of text looks. Colours are 0–255 of the terminal's palette or `#rrggbb`. */
export interface TextStyle {
  readonly color?: number | string
  readonly background?: number | string
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly strike?: boolean
  readonly inverse?: boolean
}

export interface TextSpan {
  readonly text: string
  readonly style: TextStyle
}

// Colours are CSI … m. Every other sequence (moving, erasing, titles, links, clipboard) is dropped with its content.
const sequences =
  /\x1b\[([0-9;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?/g
const unprintable = /[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]/g

const plain: TextStyle = {}

/** The text as coloured stretches. @param start see `styleAfter`. */
export function spansOf(text: string, start = ''): readonly TextSpan[] {
  const line = start + text
  if (!line.includes('\x1b')) return [{ text: printable(line), style: plain }]
  const spans: TextSpan[] = []
  let style = plain
  let from = 0
  const push = (until: number) => {
    const piece = printable(line.slice(from, until))
    if (piece !== '') spans.push({ text: piece, style })
  }
  for (const found of line.matchAll(sequences)) {
    push(found.index)
    from = found.index + found[0].length
    if (found[1] !== undefined) style = restyle(style, found[1])
  }
  push(line.length)
  return spans
}

/** The text alone, for searching and copying. */
export function plainText(text: string): string {
  return printable(text.includes('\x1b') ? text.replace(sequences, '') : text)
}

/** The escape sequences in force after `text`, as one string to put before the next line; empty for none. */
export function styleAfter(text: string, start: string): string {
  if (!text.includes('\x1b[')) return start
  let after = start
  for (const [sequence, codes] of text.matchAll(sequences)) {
    if (codes === undefined) continue
    if (/^(?:0*;)*0*$/.test(codes)) after = ''
    else after = (after + sequence).slice(-200)
  }
  return after
}

const printable = (text: string): string => text.replace(unprintable, '')

function restyle(before: TextStyle, codes: string): TextStyle {
  const numbers = codes.split(/[;:]/).map(Number)
  let style: TextStyle = before
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(numbers.slice(index + 1))
      index += used
      if (color !== undefined) style = { ...style, [code === 38 ? 'color' : 'background']: color }
    } else {
      style = apply(style, code)
    }
  }
  return style
}

function apply(style: TextStyle, code: number): TextStyle {
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 }
  switch (code) {
    case 0:
      return plain
    case 1:
      return { ...style, bold: true }
    case 2:
      return { ...style, dim: true }
    case 3:
      return { ...style, italic: true }
    case 4:
      return { ...style, underline: true }
    case 7:
      return { ...style, inverse: true }
    case 9:
      return { ...style, strike: true }
    case 22:
      return { ...style, bold: false, dim: false }
    case 23:
      return { ...style, italic: false }
    case 24:
      return { ...style, underline: false }
    case 27:
      return { ...style, inverse: false }
    case 29:
      return { ...style, strike: false }
    case 39:
      return without(style, 'color')
    case 49:
      return without(style, 'background')
    default:
      return style
  }
}

/** What follows 38 or 48: `5;n` or `2;r;g;b`. */
function extendedColor([mode, ...rest]: readonly number[]): { color?: number | string; used: number } {
  const isByte = (value: number | undefined): value is number =>
    value !== undefined && value >= 0 && value <= 255
  if (mode === 5) return isByte(rest[0]) ? { color: rest[0], used: 2 } : { used: 2 }
  if (mode !== 2) return { used: 1 }
  const [red, green, blue] = rest
  if (!isByte(red) || !isByte(green) || !isByte(blue)) return { used: 4 }
  const hex = [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')
  return { color: `#${hex}`, used: 4 }
}

function without(style: TextStyle, key: 'color' | 'background'): TextStyle {
  const { [key]: _, ...rest } = style
  return rest
}
