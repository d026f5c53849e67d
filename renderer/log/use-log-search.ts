import { startTransition, useEffect, useMemo, useState } from 'react'

import type { LogDocument } from './log-document.ts'
import { isDone, patternOf, Searches, searchLog, type LogQuery, type Search } from './search-log.ts'

export interface LogSearch {
  readonly pattern: RegExp | undefined
  readonly isBroken: boolean
  readonly isSearching: boolean
  /** Lines with hits, ascending. Grows in place; a copy for every few lines would cost more than the search. */
  readonly hits: readonly number[]
}

/** A search, and what the page has heard of it. */
interface Progress {
  readonly search: Search
  toldHits: number
  toldAt: number
}

// More often, drawing the count would cost more than the search.
const toldEvery = 100

/** Searches the lines there are, then those that come; a new object whenever there is something new to draw. */
export function useLogSearch(document: LogDocument, version: number, query: LogQuery): LogSearch {
  const { text, isRegex } = query
  // The searches of another document say nothing about this one.
  // oxlint-disable-next-line react/exhaustive-deps
  const searches = useMemo(() => new Searches(), [document])
  const progress = useMemo<Progress | undefined>(() => {
    const pattern = text === '' ? undefined : patternOf({ text, isRegex })
    if (pattern === undefined) return undefined
    return { search: searches.begin({ text, isRegex }, pattern), toldHits: 0, toldAt: performance.now() }
  }, [searches, text, isRegex])
  const [told, setTold] = useState<{ readonly progress?: Progress }>({})

  useEffect(() => {
    if (progress === undefined) return
    const changed = new AbortController()
    const { search } = progress
    const tell = () => {
      const isFirst = progress.toldHits === 0 && search.hits.length > 0
      const now = performance.now()
      if (!isFirst && !isDone(search, document.lines) && now < progress.toldAt + toldEvery) return
      progress.toldAt = now
      progress.toldHits = search.hits.length
      startTransition(() => setTold({ progress }))
    }
    void searchLog(document.lines, search, tell, changed.signal)
    return () => changed.abort()
  }, [document, progress, version])

  return useMemo(
    () => ({
      pattern: progress?.search.pattern,
      isBroken: text !== '' && progress === undefined,
      isSearching: progress !== undefined && !isDone(progress.search, document.lines),
      hits: progress?.search.hits ?? [],
    }),
    // The document and the search grow in place; a version and what was told stand for them.
    // oxlint-disable-next-line react/exhaustive-deps
    [document, progress, told, text, version],
  )
}
