import { useEffect, useEffectEvent, useState } from 'react'
import { Button } from 'react-aria-components'

import { checkSteps, type CheckEvent, type DoctorReport } from '../../main/contract/doctor.ts'
import type { ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { RunningShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'
import { Report } from './report.tsx'
import '../ui/progress.css'

interface ExaminationProps {
  readonly connection: Connection
  readonly reference: ToolchainRef
  readonly image: string
  readonly onImage: (image: string) => void
  readonly onReport: () => void
}

type Standing =
  | { readonly kind: 'asking'; readonly step?: Extract<CheckEvent, { type: 'step' }> }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'done'; readonly report: DoctorReport; readonly tookMs: number }

/** One toolchain in one image: how far the examination is, then what it came to. */
export function Examination(props: ExaminationProps) {
  const [round, setRound] = useState(0)
  return <Round key={round} {...props} onAgain={() => setRound(round + 1)} />
}

function Round(props: ExaminationProps & { readonly onAgain: () => void }) {
  const { connection, reference, image, onImage, onReport, onAgain } = props
  const { words, inSentences } = useReader()
  const { doctor: say } = words.toolchains
  const [left] = useState(() => new AbortController())
  const [standing, setStanding] = useState<Standing>({ kind: 'asking' })
  const reported = useEffectEvent(onReport)
  useEffect(() => {
    const { signal } = left
    const run = async () => {
      const api = await connection.ready(signal)
      for await (const event of api.watchCheck({ reference, image }, signal)) {
        if (event.type === 'step') setStanding({ kind: 'asking', step: event })
        else {
          setStanding({ kind: 'done', report: event.report, tookMs: event.tookMs })
          reported()
        }
      }
    }
    run().catch((error: unknown) => {
      if (!signal.aborted) setStanding({ kind: 'failed', why: wordsOf(error) })
    })
    return () => left.abort()
    // Another pair is another component.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  }, [connection, left])
  const cancel = () => {
    left.abort()
    setStanding({ kind: 'stopped' })
  }
  // Every step of the way would be read aloud; the bar tells them to those who ask.
  const isLoud = standing.kind !== 'asking'
  return (
    <section className="examination" aria-live={isLoud ? 'polite' : 'off'}>
      {standing.kind === 'asking' && (
        <div className="examining">
          <span className="status tone-run">
            <RunningShape /> {stepInWords(standing.step, say)}
          </span>
          <progress className="progress" aria-label={say.check} max={1} value={shareOf(standing.step)} />
          <Button className="button bare" onPress={cancel}>
            {words.toolchains.dialog.cancel}
          </Button>
        </div>
      )}
      {(standing.kind === 'failed' || standing.kind === 'stopped') && (
        <div className="examining">
          {standing.kind === 'failed' && <Verdict is="bad">{inSentences(standing.why)}</Verdict>}
          <Button className="button" onPress={onAgain}>
            {say.check}
          </Button>
        </div>
      )}
      {standing.kind === 'done' && (
        <Report
          report={standing.report}
          tookMs={standing.tookMs}
          connection={connection}
          onImage={onImage}
          onMended={onAgain}
        />
      )}
    </section>
  )
}

type Step = Extract<CheckEvent, { type: 'step' }> | undefined

/** Each step is as long as any other; within the one that counts, its share. */
function shareOf(step: Step): number {
  if (step === undefined) return 0
  const within = step.total === undefined ? 0 : (step.done ?? 0) / Math.max(1, step.total)
  return (checkSteps.indexOf(step.step) + within) / checkSteps.length
}

function stepInWords(
  step: Step,
  say: {
    readonly steps: Readonly<Record<(typeof checkSteps)[number], string>>
    readonly programs: (done: number, total: number) => string
  },
): string {
  if (step === undefined) return say.steps.image
  if (step.step === 'programs' && step.total !== undefined) return say.programs(step.done ?? 0, step.total)
  return say.steps[step.step]
}
