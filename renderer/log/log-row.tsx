import { memo } from 'react'

import { ansiText, type AnsiStyle } from '../../main/contract/ansi.ts'
import { linkTo } from '../state/route.ts'
import { DownIcon, RightIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import type { LogDocument, LogSection } from './log-document.ts'
import { LogText } from './log-line.tsx'

interface LogRowProps {
  readonly jobId: number
  readonly document: LogDocument
  readonly line: number
  /** Among the rows that are shown, from 1. */
  readonly position: number
  readonly count: number
  /** Pixels. */
  readonly top: number
  readonly height: number
  readonly digits: number
  readonly section: LogSection | undefined
  readonly isFolded: boolean
  readonly onFold: (heading: number) => void
  readonly showsTimes: boolean
  readonly isHit: boolean
  readonly isTarget: boolean
  readonly pattern: RegExp | undefined
}

/** Every row changes with every line that comes, because it tells how many there are; what it shows does not. */
export function LogRow(props: LogRowProps) {
  const { document, line, section, isHit, isTarget } = props
  const classes = ['log-row', section && 'is-heading', isHit && 'is-hit', isTarget && 'is-target']
  return (
    <div
      role="listitem"
      aria-setsize={props.count}
      aria-posinset={props.position}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
    >
      <LogRowContent
        jobId={props.jobId}
        line={line}
        text={document.lines.at(line)}
        styleBefore={document.styleBefore(line)}
        time={document.timeOf(line)}
        digits={props.digits}
        section={section}
        isFolded={props.isFolded}
        onFold={props.onFold}
        showsTimes={props.showsTimes}
        pattern={props.pattern}
      />
    </div>
  )
}

type LogRowContentProps = Omit<
  LogRowProps,
  'document' | 'position' | 'count' | 'top' | 'height' | 'isHit' | 'isTarget'
> & {
  readonly text: string
  readonly styleBefore: AnsiStyle
  /** Milliseconds since the epoch; NaN for none. */
  readonly time: number
}

const LogRowContent = memo(function LogRowContent(props: LogRowContentProps) {
  const { jobId, line, text, time, section, isFolded, onFold, showsTimes } = props
  const { words, format } = useReader()
  return (
    <>
      <LineNumber jobId={jobId} line={line} digits={props.digits} label={words.log.linkToLine(line + 1)} />
      {showsTimes && (
        <time className="log-time" title={Number.isNaN(time) ? undefined : format.moment(time)}>
          {clockOf(time)}
        </time>
      )}
      {section && <FoldButton section={section} isFolded={isFolded} title={ansiText(text)} onFold={onFold} />}
      <span className="log-text">
        <LogText text={text} styleBefore={props.styleBefore} pattern={props.pattern} />
      </span>
      {section?.showsDuration && section.endedAt !== undefined && section.endedAt > section.startedAt && (
        <span className="log-duration">{format.clock((section.endedAt - section.startedAt) * 1000)}</span>
      )}
    </>
  )
})

interface LineNumberProps {
  readonly jobId: number
  readonly line: number
  readonly digits: number
  readonly label: string
}

/** The address of the line. Not a stop of the Tab key: there may be a million. */
const LineNumber = memo(function LineNumber({ jobId, line, digits, label }: LineNumberProps) {
  return (
    <a
      className="log-number"
      style={{ width: `${digits + 1}ch` }}
      href={linkTo({ page: 'job', id: jobId, line: line + 1 })}
      tabIndex={-1}
      title={label}
    >
      {line + 1}
    </a>
  )
})

interface FoldButtonProps {
  readonly section: LogSection
  readonly isFolded: boolean
  readonly title: string
  readonly onFold: (heading: number) => void
}

function FoldButton({ section, isFolded, title, onFold }: FoldButtonProps) {
  const { words } = useReader()
  return (
    <button
      type="button"
      className="log-fold"
      aria-expanded={!isFolded}
      aria-label={isFolded ? words.log.unfoldSection(title) : words.log.foldSection(title)}
      onClick={() => onFold(section.heading)}
    >
      {isFolded ? <RightIcon size={14} /> : <DownIcon size={14} />}
    </button>
  )
}

/** `14:02:11`, in this computer's time zone; what ran here is read here. */
function clockOf(time: number): string {
  if (Number.isNaN(time)) return ''
  const date = new Date(time)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}
