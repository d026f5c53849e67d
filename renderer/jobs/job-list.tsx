import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'

import type { JobSummary } from '../../main/contract/job.ts'
import type { SortKey, Sorting } from '../state/history.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { JobColumns } from './job-columns.tsx'
import { failureOf, JobRow } from './job-row.tsx'

const plainRow = 36
const failedRow = 56

interface JobListProps {
  readonly jobs: readonly JobSummary[]
  /** All that were found, here or not. */
  readonly total: number
  readonly sorting: Sorting
  readonly onSort: (sort: SortKey) => void
  /** The reader is about to see the last of them. */
  readonly onNearEnd: () => void
}

/** However many jobs, only those in sight are drawn. Arrow keys, Home and End move among them. */
export function JobList({ jobs, total, sorting, onSort, onNearEnd }: JobListProps) {
  const { words } = useReader()
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const hasActive = jobs.some((job) => job.state.phase !== 'finished')
  const now = useNow(hasActive ? 1000 : 30_000)

  // Nothing here is compiled, and so nothing is memoized behind its back.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (isTall(jobs[index]) ? failedRow : plainRow),
    getItemKey: (index) => jobs[index]?.id ?? index,
    overscan: 12,
  })
  const shapes = jobs.map((job) => (isTall(job) ? 'f' : '.')).join('')
  useEffect(() => rows.measure(), [rows, shapes])

  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastShown >= jobs.length - 20) onNearEnd()
  }, [lastShown, jobs.length, onNearEnd])

  const move = (event: KeyboardEvent) => {
    const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: jobs.length - 1 }[event.key]
    if (target === undefined) return
    event.preventDefault()
    const next = Math.min(Math.max(target, 0), jobs.length - 1)
    setCurrent(next)
    rows.scrollToIndex(next)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"] a`)?.focus(),
    )
  }

  return (
    <div className="job-list" ref={scroller}>
      <div role="table" aria-label={words.jobs.list} aria-rowcount={total + 1}>
        <JobColumns sorting={sorting} onSort={onSort} />
        <div role="rowgroup" className="job-rows" style={{ height: rows.getTotalSize() }} onKeyDown={move}>
          {shown.map((row) => {
            const job = jobs[row.index]
            return (
              job && (
                <div
                  key={row.key}
                  role="row"
                  className="job-place"
                  data-row={row.index}
                  aria-rowindex={row.index + 2}
                  style={{ height: row.size, transform: `translateY(${row.start}px)` }}
                  onFocus={() => setCurrent(row.index)}
                >
                  <JobRow job={job} now={now} isCurrent={row.index === Math.min(current, jobs.length - 1)} />
                </div>
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}

const isTall = (job: JobSummary | undefined): boolean => job !== undefined && failureOf(job) !== undefined
