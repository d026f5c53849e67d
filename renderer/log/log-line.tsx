import { memo, type CSSProperties } from 'react'

import { spansOf, type TextStyle } from './ansi.ts'
import { paletteColor } from './palette.ts'

interface LogTextProps {
  readonly text: string
  readonly startStyle: string
  readonly pattern: RegExp | undefined
}

/** Log text is untrusted: it becomes text nodes and styled spans, nothing else. */
export const LogText = memo(function LogText({ text, startStyle, pattern }: LogTextProps) {
  return spansOf(text, startStyle).map((span, index) => (
    // Spans of a line have no other identity than their place.
    // oxlint-disable-next-line react/no-array-index-key
    <span key={index} className={classesOf(span.style)} style={colorsOf(span.style)}>
      {pattern === undefined ? span.text : marked(span.text, pattern)}
    </span>
  ))
})

function marked(text: string, pattern: RegExp) {
  const all = new RegExp(pattern.source, 'gi')
  const pieces = []
  let from = 0
  for (const found of text.matchAll(all)) {
    if (found[0] === '') continue
    pieces.push(text.slice(from, found.index), <mark key={found.index}>{found[0]}</mark>)
    from = found.index + found[0].length
  }
  pieces.push(text.slice(from))
  return pieces
}

function classesOf({ bold, dim, italic, underline, strike }: TextStyle): string | undefined {
  const classes = [
    bold && 'bold',
    dim && 'dim',
    italic && 'italic',
    underline && 'underline',
    strike && 'strike',
  ]
  return classes.filter(Boolean).join(' ') || undefined
}

function colorsOf({ color, background, inverse }: TextStyle): CSSProperties | undefined {
  const front = paletteColor(color)
  const back = paletteColor(background)
  if (inverse === true)
    return { color: back ?? 'var(--log-surface)', backgroundColor: front ?? 'var(--log-text)' }
  if (front === undefined && back === undefined) return undefined
  return { ...(front && { color: front }), ...(back && { backgroundColor: back }) }
}
