// Control characters are what this file is about.
// oxlint-disable no-control-regex

/**
 * Terminal text as the screen shows it: spans of plain text with a style. Colours and attributes (SGR) are understood;
 * everything else a terminal would obey (cursor, titles, links, clipboard) is dropped. Text is untrusted: it only ever
 * becomes the text of an element, and a style only ever holds values made here.
 */

/** 0–7 the colours of the palette, 8–15 their bright forms, or `#rrggbb`. */
export type AnsiColor = number | `#${string}`

export interface AnsiStyle {
  readonly foreground?: AnsiColor
  readonly background?: AnsiColor
  readonly bold?: true
  readonly faint?: true
  readonly italic?: true
  readonly underline?: true
  readonly strike?: true
  readonly inverse?: true
  readonly conceal?: true
}

export interface AnsiSpan {
  readonly text: string
  readonly style: AnsiStyle
}

export const plainStyle: AnsiStyle = Object.freeze({})

// CSI with its parameters; strings of OSC, DCS, SOS, PM and APC up to their end; charsets; every other escape. What
// ends with the text without being whole is dropped as well.
const controls =
  /\u001B\[([0-?]*)[ -/]*([@-~]|$)|\u001B[\]PX^_](?:(?!\u0007|\u001B\\)[^])*(?:\u0007|\u001B\\|$)|\u001B[ -/]*(?:[0-~]|$)|[\0-\u0008\u000B\u000C\u000E-\u001A\u001C-\u001F\u007F-\u009F]|\u001B/gu

/**
 * Spans of one line, and the style the next one begins with. A carriage return starts the line over: what follows
 * replaces what was there, as in a progress bar; one at the end of the line does nothing.
 */
export function ansiSpans(
  line: string,
  style: AnsiStyle = plainStyle,
): { readonly spans: readonly AnsiSpan[]; readonly style: AnsiStyle } {
  const text = line.endsWith('\r') ? line.replace(/\r+$/u, '') : line
  if (!needsParsing(text)) return { spans: text === '' ? [] : [{ text, style }], style }

  let spans: AnsiSpan[] = []
  let current = style
  let startsOver = false
  const add = (piece: string) => {
    for (const [index, part] of piece.split('\r').entries()) {
      if (index > 0) startsOver = true
      if (part === '') continue
      if (startsOver) spans = []
      startsOver = false
      const last = spans.at(-1)
      if (last?.style === current) spans[spans.length - 1] = { text: last.text + part, style: current }
      else spans.push({ text: part, style: current })
    }
  }

  let from = 0
  for (const match of text.matchAll(controls)) {
    add(text.slice(from, match.index))
    from = match.index + match[0].length
    if (match[2] === 'm') current = styleAfter(current, match[1] ?? '')
  }
  add(text.slice(from))
  return { spans, style: current }
}

/** The text of a line alone, as it is searched and copied. */
export function ansiText(line: string): string {
  if (!needsParsing(line)) return line
  const text = line.replaceAll(controls, '')
  // Of a line that was started over, the last piece that is not empty is what stands there.
  return text.includes('\r') ? (text.split('\r').findLast((piece) => piece !== '') ?? '') : text
}

/** Style after a line, for a reader that does not draw it. */
export function styleAfterLine(line: string, style: AnsiStyle): AnsiStyle {
  if (!line.includes('\u001B')) return style
  let current = style
  for (const match of line.matchAll(controls)) {
    if (match[2] === 'm') current = styleAfter(current, match[1] ?? '')
  }
  return current
}

const needsParsing = (text: string) => /[\0-\u0008\u000B-\u001F\u007F-\u009F]/u.test(text)

/** CSS classes of a style: `ansi-bold ansi-fg-2 ansi-bg-9`; colours beyond the palette are in `ansiColors`. */
export function ansiClasses(style: AnsiStyle): string {
  const classes: string[] = []
  for (const name of ['bold', 'faint', 'italic', 'underline', 'strike', 'inverse', 'conceal'] as const) {
    if (style[name]) classes.push(`ansi-${name}`)
  }
  if (typeof style.foreground === 'number') classes.push(`ansi-fg-${style.foreground}`)
  if (typeof style.background === 'number') classes.push(`ansi-bg-${style.background}`)
  return classes.join(' ')
}

/** Colours beyond the palette, ready for an element's style. */
export function ansiColors(style: AnsiStyle): { readonly color?: string; readonly backgroundColor?: string } {
  return {
    ...(typeof style.foreground === 'string' && { color: style.foreground }),
    ...(typeof style.background === 'string' && { backgroundColor: style.background }),
  }
}

function styleAfter(style: AnsiStyle, parameters: string): AnsiStyle {
  if (/^[<=>?]/u.test(parameters)) return style // private sequences share the final letter, not the meaning
  // `38:2::r:g:b` and `38;2;r;g;b` say the same; the field between is a colour space nobody uses.
  const codes = parameters
    .replaceAll(/([34]8):2:[^:;]*:(\d+:\d+:\d+)/gu, '$1:2:$2')
    .replaceAll(/(^|;)4:0/gu, '$124')
    .replaceAll(/(^|;)4:\d/gu, '$14')
    .split(/[;:]/u)
    .map(Number)
  let next: AnsiStyle = style
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes, at + 1)
      if (color !== undefined) next = { ...next, [code === 38 ? 'foreground' : 'background']: color }
      at += used
    } else {
      next = styleOf(next, code)
    }
  }
  return Object.keys(next).length === 0 ? plainStyle : next
}

type Attribute = Exclude<keyof AnsiStyle, 'foreground' | 'background'>

const switchesOn: Readonly<Record<number, Attribute>> = {
  1: 'bold',
  2: 'faint',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  8: 'conceal',
  9: 'strike',
  21: 'underline',
}

const switchesOff: Readonly<Record<number, readonly (keyof AnsiStyle)[]>> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  28: ['conceal'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
}

function styleOf(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return plainStyle
  const on = switchesOn[code]
  if (on) return { ...style, [on]: true }
  const off = switchesOff[code]
  if (off)
    return Object.fromEntries(Object.entries(style).filter(([name]) => !off.some((key) => key === name)))
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 }
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 }
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 82 }
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 }
  return style
}

function extendedColor(
  codes: readonly number[],
  at: number,
): { readonly color: AnsiColor | undefined; readonly used: number } {
  if (codes[at] === 5) return { color: indexedColor(codes[at + 1]), used: 2 }
  if (codes[at] !== 2) return { color: undefined, used: codes.length }
  const parts = codes.slice(at + 1, at + 4)
  return { color: parts.length === 3 && parts.every(isByte) ? hex(parts) : undefined, used: 4 }
}

/** xterm's 256 colours: the palette, a cube of 6 × 6 × 6, and 24 greys. */
function indexedColor(index: number | undefined): AnsiColor | undefined {
  if (index === undefined || !isByte(index)) return undefined
  if (index < 16) return index
  if (index >= 232) return hex(Array<number>(3).fill(8 + (index - 232) * 10))
  const cube = index - 16
  return hex(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) =>
      step === 0 ? 0 : 55 + step * 40,
    ),
  )
}

const isByte = (value: number) => Number.isInteger(value) && value >= 0 && value <= 255
const hex = (parts: readonly number[]): `#${string}` =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
