import { startTransition, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'

import { ansiText } from '../../main/contract/ansi.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import type { LogStore } from '../state/log.ts'
import type { LogPlace } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { foldsOf } from './folds.ts'
import type { LogDocument, LogSection } from './log-document.ts'
import { LogLines, type Target } from './log-lines.tsx'
import { LogToolbar } from './log-toolbar.tsx'
import { LogTools } from './log-tools.tsx'
import { placeIn } from './place-in.ts'
import './log.css'
import { useLog } from './use-log.ts'
import { useLogKeys } from './use-log-keys.ts'
import { useLogSearch } from './use-log-search.ts'

interface LogViewProps {
  readonly job: JobDetail
  readonly log: LogStore
  /** What the address names. */
  readonly line: LogPlace | undefined
}

export function LogView({ job, log, line }: LogViewProps) {
  const { words, preferences } = useReader()
  const { document, version, ended, error } = useLog(log)
  const { logTimes, logWraps, logFollows } = useStore(preferences)
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set())
  const [target, setTarget] = useState<Target | undefined>(() =>
    typeof line === 'number' ? { line: line - 1 } : undefined,
  )
  const [follows, setFollows] = useState(logFollows && line === undefined && isReadFromItsEnd(job))
  const [query, setQuery] = useState({ text: '', isRegex: false })
  // A key shows in the field at once; what it finds is drawn when there is time.
  const search = useLogSearch(document, version, useDeferredValue(query))
  const [hitLine, setHitLine] = useState(0)

  const { sections, lines } = document
  const searchField = useRef<HTMLInputElement>(null)
  // The document grows in place; its version stands for its content.
  // oxlint-disable-next-line react/exhaustive-deps
  const folded = useMemo(() => foldedOf(sections, turned), [sections, turned, version])
  // oxlint-disable-next-line react/exhaustive-deps
  const folds = useMemo(() => foldsOf(lines.length, sections, folded), [lines, sections, folded, version])

  const goTo = useCallback(
    (lineNumber: number) => {
      setFollows(false)
      setTurned((before) => withoutHiding(document, before, lineNumber))
      setTarget({ line: lineNumber })
    },
    [document],
  )
  const { hits, pattern } = search
  // Lines may change, and hits come and go before it.
  const hit = Math.min(placeIn(hits, hitLine), Math.max(0, hits.length - 1))
  const goToHit = useCallback(
    (index: number) => {
      if (hits.length === 0) return
      const wrapped = (index + hits.length) % hits.length
      setHitLine(hits[wrapped] ?? 0)
      goTo(hits[wrapped] ?? 0)
    },
    [hits, goTo],
  )
  const firstHit = hits[0]
  const found = useRef<RegExp>(undefined)
  useEffect(() => {
    if (firstHit === undefined || found.current === pattern) return
    const isFirst = found.current === undefined
    found.current = pattern
    // A word that grows leaves the reader where it still is found.
    const stays = !isFirst && pattern?.test(ansiText(lines.at(hitLine))) === true
    startTransition(() => {
      setHitLine(stays ? hitLine : firstHit)
      goTo(stays ? hitLine : firstHit)
    })
    // Where the reader is now is no reason to go anywhere.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [pattern, firstHit, goTo])
  const leaveEnd = useCallback(() => setFollows(false), [])
  const stay = useCallback(() => setFollows((before) => before && !ended), [ended])
  const fold = useCallback(
    (heading: number) => {
      stay()
      setTurned((before) => toggled(before, heading))
    },
    [stay],
  )

  useEffect(() => {
    if (typeof line === 'number') goTo(line - 1)
  }, [line, goTo])
  useLogKeys({ searchField, onNext: () => goToHit(hit + 1), onPrevious: () => goToHit(hit - 1) })

  const firstError = useFirstError(job, document, version)
  useEffect(() => {
    if (line === 'error' && firstError !== undefined) goTo(firstError)
  }, [line, firstError, goTo])
  const goToError = useCallback(() => goTo(firstError ?? 0), [goTo, firstError])
  const areFolded = folded.size > 0
  const foldAll = useCallback(() => {
    stay()
    setTurned(turnedFor(document, !areFolded))
  }, [document, areFolded, stay])
  if (error !== undefined) {
    return (
      <div className="log-frame">
        {error.code === 'not-found' ? (
          <Notice why={error.message}>{words.log.failed}</Notice>
        ) : (
          <Failed why={error.message}>{words.log.failed}</Failed>
        )}
      </div>
    )
  }
  return (
    <div className="log-frame">
      <LogToolbar
        query={query}
        onQuery={setQuery}
        search={search}
        hit={hit}
        onHit={goToHit}
        searchField={searchField}
      >
        <LogTools
          follows={follows}
          onFollow={setFollows}
          canFollow={!ended}
          areFolded={areFolded}
          onFold={sections.length === 0 ? undefined : foldAll}
          onFirstError={firstError === undefined ? undefined : goToError}
          document={document}
          fileName={`${job.name.replaceAll(/[^\w.-]+/g, '-')}-${job.gitlabId}.log`}
        />
      </LogToolbar>
      {lines.length === 0 ? (
        <p className="log-empty">{ended ? words.log.none : words.log.waiting}</p>
      ) : (
        <LogLines
          jobId={job.id}
          document={document}
          version={version}
          folds={folds}
          folded={folded}
          onFold={fold}
          showsTimes={logTimes}
          wraps={logWraps}
          follows={follows}
          onLeaveEnd={leaveEnd}
          target={target}
          onTarget={goTo}
          search={search}
          hitLine={hits[hit]}
        />
      )}
    </div>
  )
}

/** Headings of the folded sections: those whose marker says so, unless the reader turned them, and the other way. */
const foldedOf = (sections: readonly LogSection[], turned: ReadonlySet<number>): ReadonlySet<number> =>
  new Set(
    sections
      .filter(({ heading, startsFolded }) => startsFolded !== turned.has(heading))
      .map((it) => it.heading),
  )

/** What has to be turned so that every section is folded, or none. */
const turnedFor = ({ sections }: LogDocument, isFolded: boolean): ReadonlySet<number> =>
  new Set(sections.filter(({ startsFolded }) => startsFolded !== isFolded).map(({ heading }) => heading))

function toggled(before: ReadonlySet<number>, heading: number): ReadonlySet<number> {
  const after = new Set(before)
  if (!after.delete(heading)) after.add(heading)
  return after
}

function withoutHiding(
  document: LogDocument,
  turned: ReadonlySet<number>,
  line: number,
): ReadonlySet<number> {
  const hides = ({ heading, end, startsFolded }: LogSection) =>
    startsFolded !== turned.has(heading) && line > heading && line < (end ?? document.lines.length)
  return document.sections.filter(hides).reduce((after, { heading }) => toggled(after, heading), turned)
}

/** One that grows, or whose end says why it failed. */
const isReadFromItsEnd = ({ state }: JobDetail): boolean =>
  state.phase !== 'finished' || state.outcome.result === 'failed'

/** Of a failed job: the first line that speaks of an error. */
function useFirstError(job: JobDetail, document: LogDocument, version: number): number | undefined {
  const failed = job.state.phase === 'finished' && job.state.outcome.result === 'failed'
  // The document grows in place; its version stands for its content.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => (failed ? document.errors()[0] : undefined), [failed, document, version])
}
