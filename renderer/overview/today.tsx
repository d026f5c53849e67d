import { useStore } from 'zustand'

import type { AppState } from '../state/app-state.ts'
import { numbersSince, startOfDay } from '../state/today.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'

export function Today({ state }: { readonly state: AppState }) {
  const { words, format } = useReader()
  const now = useNow(60_000)
  const jobs = useReady(state.jobs)
  const earlier = useStore(state.earlierToday)
  if (jobs === undefined) return null
  const all = new Map([...earlier.map((job) => [job.id, job] as const), ...jobs])
  const day = numbersSince(startOfDay(now), all.values())
  return (
    <section>
      <h2>{words.overview.today}</h2>
      {day.finished === 0 ? (
        <p className="soft overview-quiet">{words.overview.noneYet}</p>
      ) : (
        <dl className="numbers">
          <Figure value={String(day.passed)} label={words.overview.passed} tone="tone-good" />
          <Figure
            value={String(day.failed)}
            label={words.overview.failed}
            tone={day.failed > 0 ? 'tone-bad' : ''}
          />
          {day.successRate !== undefined && (
            <Figure value={format.percent(day.successRate)} label={words.overview.successRate} />
          )}
          {day.median !== undefined && (
            <Figure value={format.clock(day.median)} label={words.overview.median} />
          )}
        </dl>
      )}
    </section>
  )
}

interface FigureProps {
  readonly value: string
  readonly label: string
  readonly tone?: string
}

function Figure({ value, label, tone = '' }: FigureProps) {
  return (
    <div className="figure">
      <dt className="soft">{label}</dt>
      <dd className={tone}>{value}</dd>
    </div>
  )
}
