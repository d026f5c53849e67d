import type { NamedNumbers, StageNumbers } from '../../main/contract/statistics.ts'
import { stageInWords } from '../job/stage-words.ts'
import { useReader } from '../ui/reader.tsx'
import { Chart } from './chart.tsx'

interface StageChartProps {
  readonly title: string
  readonly rows: readonly NamedNumbers[]
}

/** What the time of jobs goes to, by what they have in common; each stage stands in the table. */
export function StageChart({ title, rows }: StageChartProps) {
  const { words, format } = useReader()
  const names = [...new Set(rows.flatMap(({ stages }) => stages.map(({ name }) => name)))]
  const part = (which: Part) => rows.map(({ stages }) => timeOf(stages, ({ name }) => partOf(name) === which))
  return (
    <Chart
      title={title}
      kind="bars"
      labels={rows.map(({ name }) => name)}
      format={format.duration}
      series={[
        { name: words.charts.before, look: 'soft', values: part('before') },
        { name: words.charts.script, look: 'accent', values: part('script') },
        { name: words.charts.after, look: 'none', values: part('after') },
      ]}
      details={names.map((name) => ({
        name: stageInWords(name, words),
        values: rows.map(({ stages }) => stages.find((stage) => stage.name === name)?.average),
      }))}
    />
  )
}

type Part = 'before' | 'script' | 'after'

const beforeScript: ReadonlySet<string> = new Set([
  'prepare_executor',
  'prepare_script',
  'get_sources',
  'clear_worktree',
  'restore_cache',
  'download_artifacts',
])

function partOf(stage: string): Part {
  if (beforeScript.has(stage)) return 'before'
  return stage.startsWith('step_') || stage === 'after_script' ? 'script' : 'after'
}

/** Milliseconds of a job's time on average, also of those that had not all of the stages. */
function timeOf(stages: readonly StageNumbers[], isWanted: (stage: StageNumbers) => boolean): number {
  const jobs = Math.max(1, ...stages.map(({ count }) => count))
  const wanted = stages.filter(isWanted)
  return wanted.reduce((sum, { count, average }) => sum + count * average, 0) / jobs
}
