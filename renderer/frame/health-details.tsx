import { Button } from 'react-aria-components'

import type { AppStatus, ConfigProblem } from '../../main/contract/status.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { HealthMark } from './health-mark.tsx'
import { busyInWords, dockerInWords } from './health-words.ts'

interface HealthDetailsProps {
  readonly status: AppStatus
  readonly connection: Connection
}

export function HealthDetails({ status, connection }: HealthDetailsProps) {
  const { words, inWords, inSentences } = useReader()
  const { docker, configProblems, paused, hindrance } = status
  const dockerHealth = { ready: 'well', unreachable: 'attention', unknown: 'starting' } as const
  const setPaused = async (next: boolean) => {
    const api = await connection.ready(AbortSignal.timeout(5000))
    await (next ? api.pause(undefined) : api.resume(undefined))
  }
  return (
    <>
      <section>
        <div className="row">
          <HealthMark health={paused ? 'paused' : hindrance === undefined ? 'well' : 'attention'}>
            {busyInWords(status, words)}
          </HealthMark>
          <Button className="button" onPress={() => void setPaused(!paused).catch(() => {})}>
            {paused ? words.health.resume : words.health.pause}
          </Button>
        </div>
        {hindrance !== undefined && <p>{inSentences(hindrance)}</p>}
        <p className="soft">
          {paused
            ? words.health.pausedHint
            : hindrance === undefined
              ? words.health.pauseHint
              : words.health.hinderedHint}
        </p>
      </section>
      <section>
        <HealthMark health={dockerHealth[docker.state]}>{dockerInWords(docker, words)}</HealthMark>
        {docker.state === 'ready' && (
          <p className="soft">
            {docker.os} · {docker.architecture} · <code>{docker.endpoint}</code>
            <br />
            {words.health.because(inWords(docker.because))}
          </p>
        )}
        {docker.state === 'unreachable' && (
          <>
            <p>{inSentences(docker.problem)}</p>
            <p className="soft">{inSentences(docker.remedy)}</p>
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

function Problem({ problem: { line, path, message, remedy } }: { readonly problem: ConfigProblem }) {
  const { words, inSentences } = useReader()
  return (
    <p>
      {line !== undefined && <span className="soft">{words.health.line(line)} </span>}
      {path !== '' && <code>{path} </code>}
      {inSentences(message)} {remedy !== undefined && <span className="soft">{inSentences(remedy)}</span>}
    </p>
  )
}
