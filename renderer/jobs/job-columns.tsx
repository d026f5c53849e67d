import { Button } from 'react-aria-components'

import type { SortKey, Sorting } from '../state/history.ts'
import { DownIcon, UpIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

interface JobColumnsProps {
  readonly sorting: Sorting
  readonly onSort: (sort: SortKey) => void
}

/** The head of the table: what can be sorted by is a button. */
export function JobColumns({ sorting, onSort }: JobColumnsProps) {
  const { words } = useReader()
  const { columns } = words.jobs
  const sortable = (key: SortKey, text: string, className?: string) => {
    const isSorted = sorting.sort === key
    const direction = sorting.order === 'asc' ? 'ascending' : 'descending'
    return (
      <span role="columnheader" className={className} aria-sort={isSorted ? direction : 'none'}>
        <Button className="column-sort" onPress={() => onSort(key)}>
          {text}
          {isSorted && (sorting.order === 'asc' ? <UpIcon size={12} /> : <DownIcon size={12} />)}
        </Button>
      </span>
    )
  }
  return (
    <div role="rowgroup" className="job-columns-group">
      <div className="job-columns" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <span className="visually-hidden">{words.jobs.filter}</span>
        </span>
        {sortable('job', columns.job)}
        {sortable('project', columns.project)}
        <span role="columnheader">{columns.ref}</span>
        <span role="columnheader" className="toolchain-column">
          {columns.toolchain}
        </span>
        <span role="columnheader" className="wide-only">
          {columns.runner}
        </span>
        {sortable('when', columns.when, 'number')}
        {sortable('duration', columns.duration, 'number')}
      </div>
    </div>
  )
}
