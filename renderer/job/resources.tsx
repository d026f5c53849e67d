import type { JobDetail } from '../../main/contract/job.ts'
import { loadNow, tightest, type ContainerUse, type JobResources } from '../../main/contract/resources.ts'
import type { Words } from '../words/en.ts'
import { useReader } from '../ui/reader.tsx'
import type { Format } from '../ui/format.ts'

/** In a few words: what the job's containers use, or at most used. */
export function resourceFacts(
  { resources }: JobDetail,
  { words, format }: { readonly words: Words; readonly format: Format },
): readonly string[] {
  if (resources === undefined) return []
  const say = words.resources
  const load = loadNow(resources)
  if (load === undefined) return [say.mostMemory(format.size(resources.peakMemory))]
  const { memoryLimit, cpuLimit } = limitsOf(resources)
  const memory = format.size(load.memory)
  const facts = [
    memoryLimit === undefined ? say.memory(memory) : say.memoryOf(memory, format.size(memoryLimit)),
  ]
  if (load.cpus === undefined) return facts
  const busy = format.decimal(load.cpus)
  return [...facts, cpuLimit === undefined ? say.cpus(busy) : say.cpusOf(busy, format.decimal(cpuLimit))]
}

/** What all of them together may use: told of jobs without services, whose containers work one after the other. */
function limitsOf({ containers }: JobResources): Pick<ContainerUse, 'memoryLimit' | 'cpuLimit'> {
  const [one, ...others] = containers.filter(({ role }) => role !== 'helper')
  return one === undefined || others.length > 0 ? {} : one
}

/** Where memory ran out: how much of it there was. */
export function RanOut({ resources }: { readonly resources: JobResources | undefined }) {
  const { words, format } = useReader()
  const container = resources && tightest(resources)
  if (container === undefined) return null
  const limit = format.size(container.memoryLimit)
  return container.ranOut === true
    ? words.resources.usedUp(limit)
    : words.resources.seenInUse(format.size(container.peakMemory), limit)
}

/** Each container of a job, and what it used. */
export function Resources({ resources }: { readonly resources: JobResources }) {
  const { words, format } = useReader()
  const say = words.resources
  const isRunning = loadNow(resources) !== undefined
  return (
    <section>
      <h2>{say.title}</h2>
      <table className="resources">
        <thead>
          <tr>
            <th scope="col">{say.container}</th>
            {isRunning && (
              <th scope="col" className="number">
                {say.now}
              </th>
            )}
            <th scope="col" className="number">
              {say.most}
            </th>
            <th scope="col" className="number">
              {say.limit}
            </th>
            <th scope="col" className="number">
              {say.cpuTime}
            </th>
          </tr>
        </thead>
        <tbody>
          {resources.containers.map(({ role, service, now, peakMemory, memoryLimit, cpuSeconds }) => (
            <tr key={`${role} ${service}`}>
              <th scope="row">{service ?? say.roles[role]}</th>
              {isRunning && <td className="number">{now === undefined ? '–' : format.size(now.memory)}</td>}
              <td className="number">{format.size(peakMemory)}</td>
              <td className="number">{memoryLimit === undefined ? say.none : format.size(memoryLimit)}</td>
              <td className="number">{format.duration(cpuSeconds * 1000)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">{say.hint}</p>
    </section>
  )
}
