import { useEffect, useLayoutEffect, useRef, useState } from 'react'

import { ansiText } from '../../main/contract/ansi.ts'
import { useReader } from '../ui/reader.tsx'
import { DownIcon, RightIcon } from '../ui/icons.tsx'
import type { Folds } from './folds.ts'
import type { LogDocument, LogSection } from './log-document.ts'
import { LogText } from './log-line.tsx'

/** A line to be brought into sight; a new object asks again. */
export interface Target {
  readonly line: number
}

interface LogLinesProps {
  readonly document: LogDocument
  readonly version: number
  readonly folds: Folds
  readonly folded: ReadonlySet<number>
  readonly onFold: (heading: number) => void
  readonly showsTimes: boolean
  readonly follows: boolean
  /** The reader scrolled away from the end. */
  readonly onLeaveEnd: () => void
  readonly target: Target | undefined
  readonly hitLine: number | undefined
  readonly pattern: RegExp | undefined
}

const rowHeight = 20
const overscan = 20
const padding = 8
// Browsers stop growing an element at about 33.5 million pixels; longer logs are scrolled in larger steps.
const tallest = 30_000_000

/** Only the rows in sight are in the page, however long the log is. */
export function LogLines(props: LogLinesProps) {
  const {
    document,
    version,
    folds,
    folded,
    onFold,
    showsTimes,
    follows,
    onLeaveEnd,
    target,
    hitLine,
    pattern,
  } = props
  const { words, format } = useReader()
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const height = Math.min(folds.rows * rowHeight, tallest)
  const scale = height === 0 ? 1 : (folds.rows * rowHeight) / height
  const expectedTop = useRef(0)

  const scrollTo = (top: number) => {
    const element = scroller.current
    if (element === null) return
    element.scrollTop = top
    expectedTop.current = element.scrollTop
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const resized = new ResizeObserver(() =>
      setView((before) => ({ ...before, height: element.clientHeight })),
    )
    resized.observe(element)
    return () => resized.disconnect()
  }, [])

  useLayoutEffect(() => {
    if (follows) scrollTo(height)
  }, [follows, height, version, view.height])

  useEffect(() => {
    if (target === undefined) return
    const row = folds.rowOf(Math.min(target.line, document.texts.length - 1))
    scrollTo((row * rowHeight) / scale - view.height / 3)
    // Only a new target moves the view; a log that grows meanwhile does not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [target])

  const onScroll = () => {
    const element = scroller.current
    if (element === null) return
    const top = element.scrollTop
    if (follows && top < expectedTop.current - 4) onLeaveEnd()
    setView({ top, height: element.clientHeight })
  }

  const first = Math.max(0, Math.floor((view.top * scale) / rowHeight) - overscan)
  const last = Math.min(folds.rows, first + Math.ceil(view.height / rowHeight) + 2 * overscan)
  // Where a step is larger than a pixel, rows are placed relative to what is in sight.
  const shift = view.top - view.top * scale
  const sections = new Map(document.sections.map((section) => [section.heading, section]))
  const digits = String(document.texts.length).length

  const rows = []
  for (let row = first; row < last; row++) {
    const line = folds.lineAt(row)
    const text = document.texts[line] ?? ''
    const section = sections.get(line)
    const time = document.times[line] ?? Number.NaN
    const classes = [
      'log-row',
      section && 'is-heading',
      line === hitLine && 'is-hit',
      line === target?.line && 'is-target',
    ]
    rows.push(
      <div
        key={line}
        role="listitem"
        aria-setsize={folds.rows}
        aria-posinset={row + 1}
        className={classes.filter(Boolean).join(' ')}
        style={{ transform: `translateY(${row * rowHeight + shift}px)` }}
      >
        <span className="log-number" style={{ width: `${Math.max(digits, 3) + 1}ch` }}>
          {line + 1}
        </span>
        {showsTimes && (
          <time className="log-time" title={Number.isNaN(time) ? undefined : format.moment(time)}>
            {clockOf(time)}
          </time>
        )}
        {section && (
          <FoldButton section={section} isFolded={folded.has(line)} title={ansiText(text)} onFold={onFold} />
        )}
        <span className="log-text">
          <LogText text={text} styleBefore={document.styleBefore(line)} pattern={pattern} />
        </span>
        {section?.showsDuration && section.endedAt !== undefined && section.endedAt > section.startedAt && (
          <span className="log-duration">{format.clock((section.endedAt - section.startedAt) * 1000)}</span>
        )}
      </div>,
    )
  }
  return (
    <div
      className="log-scroller"
      ref={scroller}
      onScroll={onScroll}
      tabIndex={0}
      role="group"
      aria-label={words.log.label}
    >
      <div role="list" className="log-rows" style={{ height: height + 2 * padding }}>
        {rows}
      </div>
    </div>
  )
}

interface FoldButtonProps {
  readonly section: LogSection
  readonly isFolded: boolean
  readonly title: string
  readonly onFold: (heading: number) => void
}

function FoldButton({ section, isFolded, title, onFold }: FoldButtonProps) {
  const { words } = useReader()
  return (
    <button
      type="button"
      className="log-fold"
      aria-expanded={!isFolded}
      aria-label={isFolded ? words.log.unfoldSection(title) : words.log.foldSection(title)}
      onClick={() => onFold(section.heading)}
    >
      {isFolded ? <RightIcon size={14} /> : <DownIcon size={14} />}
    </button>
  )
}

/** `14:02:11`, in this computer's time zone; what ran here is read here. */
function clockOf(time: number): string {
  if (Number.isNaN(time)) return ''
  const date = new Date(time)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}
