import { useState, type RefObject } from 'react'
import { Button, ToggleButton } from 'react-aria-components'

import { ansiText } from '../../main/contract/ansi.ts'
import { CheckIcon, CopyIcon, DownIcon, DownloadIcon, FoldIcon, UpIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import type { LogDocument } from './log-document.ts'
import type { LogQuery } from './search-log.ts'
import type { LogSearch } from './use-log-search.ts'

interface LogToolbarProps {
  readonly query: LogQuery
  readonly onQuery: (query: LogQuery) => void
  readonly search: LogSearch
  readonly hit: number
  readonly onHit: (index: number) => void
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly showsTimes: boolean
  readonly onShowTimes: (shows: boolean) => void
  readonly wraps: boolean
  readonly onWrap: (wraps: boolean) => void
  readonly follows: boolean
  readonly onFollow: (follows: boolean) => void
  readonly canFollow: boolean
  readonly areFolded: boolean
  readonly onFold: (() => void) | undefined
  readonly onFirstError: (() => void) | undefined
  readonly document: LogDocument
  readonly fileName: string
}

export function LogToolbar({ searchField, ...props }: LogToolbarProps) {
  const { query, onQuery, hit, onHit, document } = props
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
      {query.text !== '' && <Hits {...props} />}
      <span className="log-toolbar-gap" />
      {props.onFirstError && (
        <Button className="chip tone-bad" onPress={props.onFirstError}>
          {words.log.firstError}
        </Button>
      )}
      <ToggleButton className="chip" isSelected={props.showsTimes} onChange={props.onShowTimes}>
        {words.log.times}
      </ToggleButton>
      <ToggleButton className="chip" isSelected={props.wraps} onChange={props.onWrap}>
        {words.log.wrap}
      </ToggleButton>
      {props.canFollow && (
        <ToggleButton className="chip" isSelected={props.follows} onChange={props.onFollow}>
          {words.log.follow}
        </ToggleButton>
      )}
      {props.onFold && (
        <Button
          className="button bare icon"
          aria-label={props.areFolded ? words.log.unfold : words.log.fold}
          onPress={props.onFold}
        >
          <FoldIcon />
        </Button>
      )}
      <CopyButton document={document} />
      <Button
        className="button bare icon"
        aria-label={words.log.download}
        onPress={() => download(document, props.fileName)}
      >
        <DownloadIcon />
      </Button>
    </div>
  )
}

function Hits({ search, hit, onHit }: Pick<LogToolbarProps, 'search' | 'hit' | 'onHit'>) {
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
}

/** Copies what is to be read: without timestamps, markers and colours. */
function CopyButton({ document }: { readonly document: LogDocument }) {
  const { words } = useReader()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(textOf(document))
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Button
      className="button bare icon"
      aria-label={isCopied ? words.log.copied : words.log.copy}
      onPress={() => void copy().catch(() => {})}
    >
      {isCopied ? <CheckIcon /> : <CopyIcon />}
    </Button>
  )
}

function textOf({ lines }: LogDocument): string {
  return Array.from({ length: lines.length }, (_, line) => ansiText(lines.at(line))).join('\n')
}

/** Saves the log as it came, byte for byte. */
function download(log: LogDocument, fileName: string): void {
  const url = URL.createObjectURL(log.raw.all())
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
