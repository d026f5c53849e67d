import { useEffect } from 'react'
import { Button } from 'react-aria-components'

import {
  everything,
  isFiltered,
  type History,
  type HistoryState,
  type OutcomeFilter,
} from '../state/history.ts'
import { periods } from '../state/period.ts'
import { useReader } from '../ui/reader.tsx'
import { FilterChip, type Choice } from './filter-chip.tsx'

const outcomes: readonly OutcomeFilter[] = ['running', 'success', 'failed', 'canceled']

interface JobFiltersProps {
  readonly state: HistoryState
  readonly history: History
}

export function JobFilters({ state, history }: JobFiltersProps) {
  const { words } = useReader()
  const { facets } = state
  useEffect(() => history.readFacets(), [history])
  return (
    <div className="chips" role="group" aria-label={words.jobs.filters}>
      <FilterChip
        name={words.jobs.filter}
        choices={outcomes.map((id) => ({ id, text: words.status[id] }))}
        chosen={state.outcome}
        onChoose={(id) => history.search({ outcome: outcomes.find((outcome) => outcome === id) })}
      />
      <FilterChip
        name={words.jobs.columns.project}
        choices={named(facets.projects)}
        chosen={state.project}
        onChoose={(project) => history.search({ project })}
      />
      <FilterChip
        name={words.jobs.columns.runner}
        choices={named(facets.runners)}
        chosen={state.runner}
        onChoose={(runner) => history.search({ runner })}
      />
      <FilterChip
        name={words.jobs.columns.ref}
        choices={named(facets.branches)}
        chosen={state.branch}
        onChoose={(branch) => history.search({ branch })}
      />
      {(facets.toolchains.length > 0 || state.toolchain !== undefined) && (
        <FilterChip
          name={words.jobs.columns.toolchain}
          choices={facets.toolchains.map((id) => ({ id, text: id.replace('@', ' ') }))}
          chosen={state.toolchain}
          onChoose={(toolchain) => history.search({ toolchain })}
        />
      )}
      <FilterChip
        name={words.jobs.time}
        choices={periods.map((id) => ({ id, text: words.period[id] }))}
        chosen={state.period}
        onChoose={(id) => history.search({ period: periods.find((period) => period === id) })}
      />
      {/* Where nothing is found, the page itself offers it. */}
      {isFiltered(state) && state.total > 0 && (
        <Button className="chip" onPress={() => history.search(everything)}>
          {words.jobs.showAll}
        </Button>
      )}
    </div>
  )
}

const named = (names: readonly string[]): Choice[] => names.map((name) => ({ id: name, text: name }))
