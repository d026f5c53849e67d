import type { JobDetail, StageTiming } from '../../main/contract/job.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { stageInWords } from './stage-words.ts'

/** Where the time went: a bar per stage, as long as its share, never too short to be seen. */
export function StageTimeline({ job }: { readonly job: JobDetail }) {
  const { words } = useReader()
  const now = useNow(1000, job.finishedAt === undefined)
  if (job.stages.length === 0) return null
  return (
    <ol className="timeline" aria-label={words.job.stages}>
      {job.stages.map((stage) => (
        <Stage key={`${stage.name} ${stage.startedAt}`} stage={stage} now={now} />
      ))}
    </ol>
  )
}

function Stage({ stage, now }: { readonly stage: StageTiming; readonly now: number }) {
  const { words, format } = useReader()
  const duration = Math.max(0, (stage.endedAt ?? now) - stage.startedAt)
  const result = stage.result ?? 'running'
  return (
    <li className={`stage is-${result}`} style={{ flexGrow: Math.max(duration, 1) }} title={stage.title}>
      <span className="stage-bar" />
      <span className="stage-name">
        {stageInWords(stage.name, words)}{' '}
        <span className="soft">
          {format.duration(duration)}
          {stage.bytes !== undefined && ` · ${format.size(stage.bytes)}`}
        </span>
        <span className="visually-hidden"> {words.stage[result]}</span>
      </span>
    </li>
  )
}
