import { memo, type CSSProperties } from 'react'

import { ansiSpans, type AnsiColor, type AnsiStyle } from '../../main/contract/ansi.ts'

interface LogTextProps {
  readonly text: string
  readonly styleBefore: AnsiStyle
  readonly pattern: RegExp | undefined
}

/** Log text is untrusted: it becomes text nodes and styled spans, nothing else. */
export const LogText = memo(function LogText({ text, styleBefore, pattern }: LogTextProps) {
  return ansiSpans(text, styleBefore).spans.map((span, index) => (
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

const attributes = ['bold', 'faint', 'italic', 'underline', 'strike', 'conceal'] as const

function classesOf(style: AnsiStyle): string | undefined {
  return attributes.filter((name) => style[name]).join(' ') || undefined
}

function colorsOf({ foreground, background, inverse }: AnsiStyle): CSSProperties | undefined {
  const front = cssColor(foreground)
  const back = cssColor(background)
  if (inverse) return { color: back ?? 'var(--log-surface)', backgroundColor: front ?? 'var(--log-text)' }
  if (front === undefined && back === undefined) return undefined
  return { ...(front && { color: front }), ...(back && { backgroundColor: back }) }
}

const cssColor = (color: AnsiColor | undefined) =>
  typeof color === 'number' ? `var(--ansi-${color})` : color
