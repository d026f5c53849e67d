import { startTransition, useEffect, useMemo, useState } from 'react'

import type { LogDocument } from './log-document.ts'
import { patternOf, searchLog, type LogQuery } from './search-log.ts'

export interface LogSearch {
  readonly pattern: RegExp | undefined
  readonly isBroken: boolean
  readonly isSearching: boolean
  /** Lines with hits, ascending. Grows in place; a copy for every few lines would cost more than the search. */
  readonly hits: readonly number[]
}

/** How far one search has come. */
interface Progress {
  readonly document: LogDocument
  readonly pattern: RegExp | undefined
  readonly hits: number[]
  searched: number
  /** When the page heard of it last. */
  toldAt: number
}

// More often, drawing the count would cost more than the search.
const toldEvery = 100

/** Searches the lines there are, then those that come; a new object whenever there is something new to draw. */
export function useLogSearch(document: LogDocument, version: number, query: LogQuery): LogSearch {
  const { text, isRegex } = query
  const pattern = useMemo(() => (text === '' ? undefined : patternOf({ text, isRegex })), [text, isRegex])
  const progress = useMemo<Progress>(
    () => ({ document, pattern, hits: [], searched: 0, toldAt: performance.now() }),
    [document, pattern],
  )
  const [told, setTold] = useState({ progress, searched: 0 })
  const searched = told.progress === progress ? told.searched : 0

  useEffect(() => {
    if (pattern === undefined) return
    const changed = new AbortController()
    const add = (lines: readonly number[], until: number) => {
      const isFirst = progress.hits.length === 0 && lines.length > 0
      for (const line of lines) progress.hits.push(line)
      progress.searched = until
      const now = performance.now()
      if (!isFirst && until < document.lines.length && now < progress.toldAt + toldEvery) return
      progress.toldAt = now
      startTransition(() => setTold({ progress, searched: until }))
    }
    void searchLog(document.lines, pattern, progress.searched, add, changed.signal)
    return () => changed.abort()
  }, [document, pattern, progress, version])

  return useMemo(
    () => ({
      pattern,
      isBroken: text !== '' && pattern === undefined,
      isSearching: pattern !== undefined && searched < document.lines.length,
      hits: progress.hits,
    }),
    // The document grows in place; its version stands for its content.
    // oxlint-disable-next-line react/exhaustive-deps
    [document, pattern, progress, searched, text, version],
  )
}
