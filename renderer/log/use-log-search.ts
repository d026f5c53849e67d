import { useEffect, useMemo, useState } from 'react'

import type { LogDocument } from './log-document.ts'
import { patternOf, searchLog, type LogQuery } from './search-log.ts'

export interface LogSearch {
  readonly pattern: RegExp | undefined
  readonly isBroken: boolean
  readonly isSearching: boolean
  /** Lines with hits, ascending. */
  readonly hits: readonly number[]
}

interface Found {
  readonly pattern: RegExp | undefined
  /** Grows in place; a copy for every few lines would cost more than the search. */
  readonly hits: number[]
  readonly searched: number
}

/** Searches the lines there are, then those that come. */
export function useLogSearch(document: LogDocument, version: number, query: LogQuery): LogSearch {
  const { text, isRegex } = query
  const pattern = useMemo(() => (text === '' ? undefined : patternOf({ text, isRegex })), [text, isRegex])
  const [found, setFound] = useState<Found>({ pattern, hits: [], searched: 0 })
  const current = found.pattern === pattern ? found : { pattern, hits: [], searched: 0 }
  const { searched } = current
  const isSearching = pattern !== undefined && searched < document.lines.length

  useEffect(() => {
    if (pattern === undefined) return
    const changed = new AbortController()
    const { hits } = current
    const add = (lines: readonly number[], until: number) => {
      if (changed.signal.aborted) return
      for (const line of lines) hits.push(line)
      setFound({ pattern, hits, searched: until })
    }
    void searchLog(document.lines, pattern, searched, add, changed.signal)
    return () => changed.abort()
    // What was found so far is where this search begins, not a reason to begin another.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [document, pattern, version])

  return {
    pattern,
    isBroken: text !== '' && pattern === undefined,
    isSearching,
    hits: current.hits,
  }
}
