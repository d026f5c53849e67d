import type { AppStatus, RunnerSummary } from '../../main/contract/status.ts'
import { dockerInWords } from '../frame/health-words.ts'
import { HealthMark } from '../frame/health-mark.tsx'
import { RunnerMark } from '../runners/runner-mark.tsx'
import { linkTo } from '../state/route.ts'
import type { WatchedStore } from '../state/watched.ts'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'

interface HealthPanelProps {
  readonly status: WatchedStore<AppStatus>
  readonly runners: WatchedStore<readonly RunnerSummary[]>
}

export function HealthPanel({ status: statusStore, runners: runnersStore }: HealthPanelProps) {
  const { words, inSentences } = useReader()
  const status = useReady(statusStore)
  const runners = useReady(runnersStore) ?? []
  if (status === undefined) return null
  const { docker, configProblems, hindrance } = status
  return (
    <section>
      <h2>{words.health.title}</h2>
      <ul className="health-list">
        <li>
          {docker.state === 'ready' ? (
            <div className="health-row">
              <span className="cut">{dockerInWords(docker, words)}</span>
              <HealthMark health="well" toned>
                {words.health.well}
              </HealthMark>
            </div>
          ) : (
            <HealthMark health={docker.state === 'unknown' ? 'starting' : 'attention'}>
              {dockerInWords(docker, words)}
            </HealthMark>
          )}
          <p className="soft">
            {docker.state === 'ready' && `${docker.os} · ${docker.architecture}`}
            {docker.state === 'unreachable' && inSentences(docker.problem, docker.remedy)}
          </p>
        </li>
        {hindrance !== undefined && (
          <li>
            <HealthMark health="attention">{words.health.hindered}</HealthMark>
            <p className="soft">{inSentences(hindrance)}</p>
          </li>
        )}
        {configProblems.length > 0 && (
          <li>
            <HealthMark health="attention">{words.health.configBad(configProblems.length)}</HealthMark>
            <p className="soft">{inSentences(configProblems[0]?.message ?? '')}</p>
          </li>
        )}
        {runners.map((runner) => (
          <li key={runner.key}>
            <a className="health-runner" href={linkTo({ page: 'runner', key: runner.key })}>
              <span className="cut" title={runner.name}>
                {runner.name}
              </span>
              <RunnerMark health={runner.health} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
