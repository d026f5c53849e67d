import { useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'

import { ansiText } from '../../main/contract/ansi.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import type { LogStore } from '../state/log.ts'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { foldsOf } from './folds.ts'
import type { LogDocument, LogSection } from './log-document.ts'
import { LogLines, type Target } from './log-lines.tsx'
import { LogToolbar } from './log-toolbar.tsx'
import './log.css'
import { useLogSearch } from './use-log-search.ts'

interface LogViewProps {
  readonly job: JobDetail
  readonly log: LogStore
  /** 1-based line that the address names. */
  readonly line: number | undefined
}

export function LogView({ job, log, line }: LogViewProps) {
  const { words, preferences } = useReader()
  const { document, version, ended, error } = useStore(log)
  const showsTimes = useStore(preferences, (state) => state.logTimes)
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set())
  const [target, setTarget] = useState<Target | undefined>(() =>
    line === undefined ? undefined : { line: line - 1 },
  )
  const [follows, setFollows] = useState(job.finishedAt === undefined && line === undefined)
  const [query, setQuery] = useState({ text: '', isRegex: false })
  const search = useLogSearch(document, version, query)
  const [hit, setHit] = useState(0)

  const { sections, texts } = document
  // The document grows in place; its version stands for its content.
  // oxlint-disable-next-line react/exhaustive-deps
  const folded = useMemo(() => foldedOf(sections, turned), [sections, turned, version])
  // oxlint-disable-next-line react/exhaustive-deps
  const folds = useMemo(() => foldsOf(texts.length, sections, folded), [texts, sections, folded, version])

  const goTo = useCallback(
    (lineNumber: number) => {
      setFollows(false)
      setTurned((before) => withoutHiding(document, before, lineNumber))
      setTarget({ line: lineNumber })
    },
    [document],
  )
  const goToHit = (index: number) => {
    if (search.hits.length === 0) return
    const wrapped = (index + search.hits.length) % search.hits.length
    setHit(wrapped)
    goTo(search.hits[wrapped] ?? 0)
  }
  const firstHit = search.hits[0]
  useEffect(() => {
    setHit(0)
    if (firstHit !== undefined) goTo(firstHit)
  }, [search.pattern, firstHit, goTo])

  const firstError = useFirstError(job, document)
  if (error !== undefined) {
    return (
      <div className="log-frame">
        <Notice why={error.message}>{words.log.failed}</Notice>
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
        showsTimes={showsTimes}
        onShowTimes={(logTimes) => preferences.setState({ logTimes })}
        follows={follows}
        onFollow={setFollows}
        canFollow={!ended}
        areFolded={folded.size > 0}
        onFold={sections.length === 0 ? undefined : () => setTurned(turnedFor(document, folded.size === 0))}
        onFirstError={firstError === undefined ? undefined : () => goTo(firstError)}
        document={document}
        fileName={`${job.name.replaceAll(/[^\w.-]+/g, '-')}-${job.gitlabId}.log`}
      />
      {texts.length === 0 ? (
        <p className="log-empty">{ended ? words.log.none : words.log.waiting}</p>
      ) : (
        <LogLines
          document={document}
          version={version}
          folds={folds}
          folded={folded}
          onFold={(heading) => setTurned((before) => toggled(before, heading))}
          showsTimes={showsTimes}
          follows={follows}
          onLeaveEnd={() => setFollows(false)}
          target={target}
          hitLine={search.hits[hit]}
          pattern={search.pattern}
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
    startsFolded !== turned.has(heading) && line > heading && line < (end ?? document.texts.length)
  return document.sections.filter(hides).reduce((after, { heading }) => toggled(after, heading), turned)
}

/** Of a failed job: the first line that speaks of an error. */
function useFirstError(job: JobDetail, document: LogDocument): number | undefined {
  const failed = job.state.phase === 'finished' && job.state.outcome.result === 'failed'
  const lines = document.texts.length
  return useMemo(() => {
    if (!failed || lines === 0) return undefined
    const line = document.texts.findIndex((text) => /\b(?:error|fatal|not found)\b/i.test(ansiText(text)))
    return line === -1 ? undefined : line
  }, [failed, lines, document])
}
