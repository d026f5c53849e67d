import { useEffect, useRef, useState } from 'react'

import { plainStyle } from '../../main/contract/ansi.ts'
import { LogText } from '../log/log-line.tsx'
import '../log/log-row.css'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'

interface TestLogProps {
  readonly connection: Connection
  readonly run: number
}

/** The short log of a test job, whole. */
export function TestLog({ connection, run }: TestLogProps) {
  const { words } = useReader()
  const text = useTestLog(connection, run)
  const end = useRef<HTMLDivElement>(null)
  const lines = linesOf(text)
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight })
  })
  return (
    <div
      ref={end}
      className="test-log"
      role="log"
      aria-label={words.setup.test.log}
      // Longer logs are scrolled with the keyboard too.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {lines.length === 0 && <div className="test-log-line">{words.setup.test.waiting}</div>}
      {lines.map((line, index) => (
        // Lines have no other identity than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="test-log-line">
          <LogText text={line} styleBefore={plainStyle} pattern={undefined} />
        </div>
      ))}
    </div>
  )
}

const marker = new RegExp(`section_(?:start|end):\\d+:\\w+\r${String.fromCharCode(27)}\\[0K`, 'g')

/** Without timestamps and section markers, which the test job's reader has no use for. */
const linesOf = (text: string) =>
  text
    .replaceAll(/^\S+Z \d\d[OE][ +]?/gm, '')
    .replaceAll(marker, '')
    .split('\n')
    .filter((line) => line !== '')

function useTestLog(connection: Connection, run: number): string {
  const [text, setText] = useState('')
  useEffect(() => {
    const left = new AbortController()
    let offset = 0
    connection
      .follow(
        (api, signal) => api.watchTestLog({ run, offset }, signal),
        (chunk) => {
          offset = chunk.nextOffset
          setText((before) => before + chunk.text)
        },
        left.signal,
      )
      .catch(() => {
        // A newer run has taken its place, and with it this log's.
      })
    return () => left.abort()
  }, [connection, run])
  return text
}
