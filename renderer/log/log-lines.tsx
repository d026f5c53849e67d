import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'

import { useReader } from '../ui/reader.tsx'
import type { Folds } from './folds.ts'
import type { LogDocument } from './log-document.ts'
import { LogMinimap } from './log-minimap.tsx'
import { LogRow } from './log-row.tsx'
import { plainLayout, wrappedLayout } from './row-layout.ts'
import { useColumns } from './use-columns.ts'
import type { LogSearch } from './use-log-search.ts'

/** A line to be brought into sight; a new object asks again. */
export interface Target {
  readonly line: number
}

interface LogLinesProps {
  readonly jobId: number
  readonly document: LogDocument
  readonly version: number
  readonly folds: Folds
  readonly folded: ReadonlySet<number>
  readonly onFold: (heading: number) => void
  readonly showsTimes: boolean
  readonly wraps: boolean
  readonly follows: boolean
  /** The reader scrolled away from the end. */
  readonly onLeaveEnd: () => void
  readonly target: Target | undefined
  readonly onTarget: (line: number) => void
  readonly search: LogSearch
  readonly hitLine: number | undefined
}

const rowHeight = 20
const overscan = 20
const padding = 8
// The map beside the log says nothing any more where there are more.
const mostHits = 20_000
// Browsers stop growing an element at about 33.5 million pixels; longer logs are scrolled in larger steps.
const tallest = 30_000_000

/** Only the rows in sight are in the page, however long the log is. */
export const LogLines = memo(function LogLines(props: LogLinesProps) {
  const { document, version, folds, folded, follows, onLeaveEnd, target, search, hitLine } = props
  const { words } = useReader()
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const digits = Math.max(3, String(document.lines.length).length)
  const columns = useColumns(scroller, props.wraps, digits, props.showsTimes)
  const layout = useMemo(
    () =>
      columns === undefined
        ? plainLayout(folds)
        : wrappedLayout(folds, (line) => document.rowsOf(line, columns)),
    [columns, document, folds],
  )
  const height = Math.min(layout.height * rowHeight, tallest)
  const scale = height === 0 ? 1 : (layout.height * rowHeight) / height
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

  // A link may lead to a line that is not read yet.
  const isThere = target !== undefined && target.line < document.lines.length
  useEffect(() => {
    if (target === undefined) return
    const row = folds.rowOf(Math.min(target.line, document.lines.length - 1))
    scrollTo((layout.topOf(row) * rowHeight) / scale - view.height / 3)
    // Only a new target moves the view; a log that grows meanwhile does not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [target, isThere])

  const onScroll = () => {
    const element = scroller.current
    if (element === null) return
    const top = element.scrollTop
    if (follows && top < expectedTop.current - 4) onLeaveEnd()
    setView({ top, height: element.clientHeight })
  }

  const seen = (view.top * scale) / rowHeight
  const first = Math.max(0, layout.rowAt(seen) - overscan)
  const last = Math.min(folds.rows, layout.rowAt(seen + view.height / rowHeight) + 1 + overscan)
  // Where a step is larger than a pixel, rows are placed relative to what is in sight.
  const shift = view.top - view.top * scale
  const sections = new Map(document.sections.map((section) => [section.heading, section]))

  const rows = []
  for (let row = first; row < last; row++) {
    const line = folds.lineAt(row)
    rows.push(
      <LogRow
        key={line}
        jobId={props.jobId}
        document={document}
        line={line}
        position={row + 1}
        count={folds.rows}
        top={layout.topOf(row) * rowHeight + shift}
        height={layout.heightOf(row) * rowHeight}
        digits={digits}
        section={sections.get(line)}
        isFolded={folded.has(line)}
        onFold={props.onFold}
        showsTimes={props.showsTimes}
        isHit={line === hitLine}
        isTarget={line === target?.line}
        pattern={search.pattern}
      />,
    )
  }
  // The document grows in place; its version stands for its content.
  // oxlint-disable-next-line react/exhaustive-deps
  const errors = useMemo(() => document.errors().map((line) => folds.rowOf(line)), [document, folds, version])
  const hits = useMemo(
    () => (search.hits.length > mostHits ? [] : search.hits.map((line) => folds.rowOf(line))),
    [folds, search],
  )
  return (
    <div className="log-pane">
      <div
        className={columns === undefined ? 'log-scroller' : 'log-scroller is-wrapped'}
        ref={scroller}
        onScroll={onScroll}
        // It scrolls, so the keyboard has to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label={words.log.label}
      >
        <div role="list" className="log-rows" style={{ height: height + 2 * padding }}>
          {rows}
        </div>
      </div>
      <LogMinimap
        rows={folds.rows}
        errors={errors}
        hits={hits}
        onRow={(row) => props.onTarget(folds.lineAt(row))}
      />
    </div>
  )
})
