import { Button } from 'react-aria-components'

import type { AppStatus, ConfigProblem } from '../../main/contract/status.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { HealthMark } from './health-mark.tsx'
import { dockerInWords } from './health-line.tsx'

interface HealthDetailsProps {
  readonly status: AppStatus
  readonly connection: Connection
}

export function HealthDetails({ status, connection }: HealthDetailsProps) {
  const { words } = useReader()
  const { docker, configProblems, paused } = status
  const dockerHealth = { ready: 'well', unreachable: 'attention', unknown: 'starting' } as const
  const setPaused = async (next: boolean) => {
    const api = await connection.ready(AbortSignal.timeout(5000))
    await (next ? api.pause(undefined) : api.resume(undefined))
  }
  return (
    <>
      <section>
        <div className="row">
          <HealthMark health={paused ? 'paused' : 'well'}>
            {paused ? words.health.paused : words.health.busy(status.running, status.concurrent)}
          </HealthMark>
          <Button className="button" onPress={() => void setPaused(!paused).catch(() => {})}>
            {paused ? words.health.resume : words.health.pause}
          </Button>
        </div>
        <p className="soft">{paused ? words.health.pausedHint : words.health.pauseHint}</p>
      </section>
      <section>
        <HealthMark health={dockerHealth[docker.state]}>{dockerInWords(docker, words)}</HealthMark>
        {docker.state === 'ready' && (
          <p className="soft">
            {docker.os} · {docker.architecture} · <code>{docker.endpoint}</code>
            <br />
            {words.health.because} {docker.because}
          </p>
        )}
        {docker.state === 'unreachable' && (
          <>
            <p>{docker.problem}</p>
            <p className="soft">{docker.remedy}</p>
          </>
        )}
      </section>
      <section>
        <HealthMark health={configProblems.length > 0 ? 'attention' : 'well'}>
          {configProblems.length === 0
            ? words.health.configGood
            : words.health.configBad(configProblems.length)}
        </HealthMark>
        <p className="soft">
          <code>{status.configFile}</code>
        </p>
        {configProblems.map((problem) => (
          <Problem key={`${problem.path} ${problem.line}`} problem={problem} />
        ))}
      </section>
      <section className="row soft">
        {words.health.version(status.version)}
        {status.practiceUrl !== undefined && (
          <a className="text-link" href={status.practiceUrl} target="_blank" rel="noopener noreferrer">
            {words.health.practice}
          </a>
        )}
      </section>
    </>
  )
}

function Problem({ problem }: { readonly problem: ConfigProblem }) {
  const { words } = useReader()
  return (
    <p>
      {problem.line !== undefined && <span className="soft">{words.health.line(problem.line)} </span>}
      {problem.path !== '' && <code>{problem.path} </code>}
      {problem.message} <span className="soft">{problem.remedy}</span>
    </p>
  )
}
