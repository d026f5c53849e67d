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

const nothingFound: readonly number[] = []

/** Searches the lines there are, then those that come. */
export function useLogSearch(document: LogDocument, version: number, query: LogQuery): LogSearch {
  const { text, isRegex } = query
  const pattern = useMemo(() => (text === '' ? undefined : patternOf({ text, isRegex })), [text, isRegex])
  const [found, setFound] = useState({ pattern, hits: nothingFound, searched: 0 })
  const current = found.pattern === pattern ? found : { pattern, hits: nothingFound, searched: 0 }
  const { searched } = current
  const isSearching = pattern !== undefined && searched < document.texts.length

  useEffect(() => {
    if (pattern === undefined) return
    const changed = new AbortController()
    const add = (lines: readonly number[], until: number) =>
      setFound((before) => {
        const hits = before.pattern === pattern ? before.hits : nothingFound
        const from = before.pattern === pattern ? before.searched : 0
        const fresh = lines.filter((line) => line >= from)
        return {
          pattern,
          hits: fresh.length === 0 ? hits : [...hits, ...fresh],
          searched: Math.max(from, until),
        }
      })
    void searchLog(document.texts, pattern, searched, add, changed.signal)
    return () => changed.abort()
    // `searched` is where this search begins, not a reason to begin another.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [document, pattern, version])

  return {
    pattern,
    isBroken: text !== '' && pattern === undefined,
    isSearching,
    hits: current.hits,
  }
}
