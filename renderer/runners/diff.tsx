import { useReader } from '../ui/reader.tsx'
import { diffLines, type DiffLine } from './diff-lines.ts'

const marks = { same: ' ', gone: '−', new: '+' } as const

interface DiffProps {
  readonly before: string
  readonly after: string
  /** Unchanged lines kept around a change; absent: all. */
  readonly context?: number
}

export function Diff({ before, after, context }: DiffProps) {
  const { words } = useReader()
  const lines = diffLines(before, after)
  return (
    <pre className="code-block diff" tabIndex={0} aria-label={words.runner.changes}>
      {shownLines(lines, context).map((line, index) =>
        line === undefined ? (
          // Lines have no other identity than their place.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className="code-line soft">
            {'  ⋯\n'}
          </span>
        ) : (
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={`code-line diff-${line.kind}`}>
            {marks[line.kind]} {line.text}
            {'\n'}
          </span>
        ),
      )}
    </pre>
  )
}

/** `undefined` stands for lines that are left out. */
function shownLines(lines: readonly DiffLine[], context?: number): readonly (DiffLine | undefined)[] {
  if (context === undefined) return lines
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'same'),
  )
  return lines.flatMap((line, at) => {
    if (isNear[at]) return [line]
    return at === 0 || isNear[at - 1] ? [undefined] : []
  })
}
