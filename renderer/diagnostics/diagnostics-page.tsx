import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { Finding, SupportReport } from '../../main/contract/finding.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import { AlertIcon, FailedShape, PassedShape } from '../ui/icons.tsx'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import './diagnostics.css'

const looks = {
  good: { Shape: PassedShape, tone: 'tone-good' },
  warning: { Shape: AlertIcon, tone: 'tone-warn' },
  problem: { Shape: FailedShape, tone: 'tone-bad' },
} as const

export function DiagnosticsPage({ connection }: { readonly connection: Connection }) {
  const { words } = useReader()
  const checks = useAnswer(connection, (api) => api.examine(undefined))
  return (
    <div className="page" data-page="diagnostics">
      <header className="page-head">
        <h1>{words.nav.diagnostics}</h1>
        <Button className="button head-action" isDisabled={checks.isAsking} onPress={checks.askAgain}>
          {checks.isAsking ? words.diagnostics.checking : words.diagnostics.again}
        </Button>
      </header>
      <div className="page-body diagnostics">
        <section>
          {checks.value === undefined && checks.error === undefined && (
            <Notice>{words.diagnostics.checking}</Notice>
          )}
          {checks.error !== undefined && (
            <Failed why={checks.error} onAgain={checks.askAgain}>
              {words.diagnostics.failed}
            </Failed>
          )}
          {checks.value !== undefined && <Findings findings={checks.value} />}
        </section>
        <Report connection={connection} />
      </div>
    </div>
  )
}

const worstFirst = ['problem', 'warning', 'good'] as const

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const { words } = useReader()
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length
  return (
    <>
      <h2>{words.diagnostics.found(count('problem'), count('warning'))}</h2>
      <ul className="findings">
        {worstFirst.flatMap((verdict) =>
          findings
            .filter((finding) => finding.verdict === verdict)
            .map((finding) => <FindingRow key={`${finding.about} ${finding.message}`} finding={finding} />),
        )}
      </ul>
    </>
  )
}

function FindingRow({ finding: { about, verdict, message, remedy } }: { readonly finding: Finding }) {
  const { words, inWords, inSentences } = useReader()
  const { Shape, tone } = looks[verdict]
  return (
    <li className="finding">
      <span className={`status ${tone}`} title={words.diagnostics[verdict]}>
        <Shape />
        <span className="visually-hidden">{words.diagnostics[verdict]}</span>
      </span>
      <strong>{inWords(about)}</strong>
      <div>
        <p>{remedy === undefined ? inWords(message) : inSentences(message)}</p>
        {remedy !== undefined && <p className="soft">{inSentences(remedy)}</p>}
      </div>
    </li>
  )
}

/** Shown before it is saved, and nothing is sent anywhere. */
function Report({ connection }: { readonly connection: Connection }) {
  const { words, inSentences } = useReader()
  const [report, setReport] = useState<SupportReport>()
  const [problem, setProblem] = useState<string>()
  const write = async () => {
    setProblem(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      setReport(await api.writeReport(undefined))
    } catch (error) {
      setProblem(error instanceof ApiError ? inSentences(error.message) : words.connection.lost)
    }
  }
  return (
    <>
      <section className="report">
        <h2>{words.diagnostics.report}</h2>
        <p className="soft">{words.diagnostics.reportHint}</p>
        <div className="choices">
          <Button className="button" onPress={() => void write()}>
            {words.diagnostics.show}
          </Button>
          {report !== undefined && (
            <Button className="button primary" onPress={() => save(report)}>
              {words.diagnostics.save}
            </Button>
          )}
        </div>
        {problem !== undefined && (
          <p role="alert" className="tone-bad">
            {problem}
          </p>
        )}
      </section>
      {report !== undefined && (
        // It scrolls, so the keyboard has to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className="report-text" tabIndex={0} role="group" aria-label={words.diagnostics.report}>
          {report.text}
        </pre>
      )}
    </>
  )
}

function save({ fileName, text }: SupportReport): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
