import type { JobDetail } from '../../main/contract/job.ts'
import { useReader } from '../ui/reader.tsx'
import { stageInWords } from './stage-words.ts'

/** What a job waited for on the network, stage by stage, and what it did not: a toolchain is there already. */
export function Moved({ job }: { readonly job: JobDetail }) {
  const { words, format } = useReader()
  const stages = job.stages.filter(({ bytes }) => bytes !== undefined)
  const hasToolchain = (job.toolchains ?? []).length > 0
  if (stages.length === 0 && !hasToolchain) return null
  return (
    <section>
      <h2>{words.moved.title}</h2>
      <dl className="detail-list moved">
        {stages.map(({ name, startedAt, bytes = 0 }) => (
          <div key={`${name} ${startedAt}`}>
            <dt className="soft">
              {name === 'prepare_executor' ? words.moved.images : stageInWords(name, words)}
            </dt>
            <dd>{format.size(bytes)}</dd>
          </div>
        ))}
        {hasToolchain && (
          <div>
            <dt className="soft">{words.moved.toolchains}</dt>
            <dd>{format.size(0)}</dd>
          </div>
        )}
      </dl>
    </section>
  )
}
