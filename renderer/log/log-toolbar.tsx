import { memo, type ReactNode, type RefObject } from 'react'
import { Button, ToggleButton } from 'react-aria-components'

import { DownIcon, UpIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import type { LogQuery } from './search-log.ts'
import type { LogSearch } from './use-log-search.ts'

interface LogToolbarProps {
  readonly query: LogQuery
  readonly onQuery: (query: LogQuery) => void
  readonly search: LogSearch
  readonly hit: number
  readonly onHit: (index: number) => void
  readonly searchField: RefObject<HTMLInputElement | null>
  /** What else can be done with the log. */
  readonly children: ReactNode
}

export function LogToolbar(props: LogToolbarProps) {
  const { query, onQuery, search, hit, onHit, searchField, children } = props
  const { words } = useReader()
  return (
    <div className="log-toolbar">
      <SearchBox
        label={words.log.search}
        clearLabel={words.log.clear}
        value={query.text}
        onChange={(text) => onQuery({ ...query, text })}
        onSubmit={() => onHit(hit + 1)}
        ref={searchField}
      />
      <ToggleButton
        className="chip mono"
        aria-label={words.log.regex}
        isSelected={query.isRegex}
        onChange={(isRegex) => onQuery({ ...query, isRegex })}
      >
        .*
      </ToggleButton>
      {query.text !== '' && <Hits search={search} hit={hit} onHit={onHit} />}
      <span className="log-toolbar-gap" />
      {children}
    </div>
  )
}

const Hits = memo(function Hits({ search, hit, onHit }: Pick<LogToolbarProps, 'search' | 'hit' | 'onHit'>) {
  const { words } = useReader()
  const { hits, isBroken, isSearching } = search
  const found = words.log.hits(hits.length === 0 ? 0 : hit + 1, hits.length)
  const text = isBroken ? words.log.badRegex : isSearching && hits.length === 0 ? words.log.searching : found
  return (
    <>
      <span className="log-hits" aria-live="polite">
        {text}
      </span>
      <Button
        className="button bare icon"
        aria-label={words.log.previous}
        isDisabled={hits.length === 0}
        onPress={() => onHit(hit - 1)}
      >
        <UpIcon />
      </Button>
      <Button
        className="button bare icon"
        aria-label={words.log.next}
        isDisabled={hits.length === 0}
        onPress={() => onHit(hit + 1)}
      >
        <DownIcon />
      </Button>
    </>
  )
})
