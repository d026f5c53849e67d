import type { RunnerSummary } from '../../main/contract/status.ts'
import { linkTo } from '../state/route.ts'
import { Mount } from '../ui/mount.tsx'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { parseVolume } from './parse-volume.ts'
import { RunnerMark } from './runner-mark.tsx'

export function RunnerRow({ runner }: { readonly runner: RunnerSummary }) {
  const { words, format, inSentences, gap } = useReader()
  const now = useNow(5000)
  const { health, limit, running, tokenExpiresAt, tokenRenewedAt } = runner
  return (
    <li className="runner">
      <div className="runner-head">
        <h2 className="cut">
          <a className="runner-link" href={linkTo({ page: 'runner', key: runner.key })}>
            {runner.name || runner.shortToken}
          </a>
        </h2>
        <RunnerMark health={health} paused={runner.paused === true} />
        <span className="soft">
          {health.state === 'online' && words.runners.asked(format.ago(health.lastContactAt, now))}
          {(health.state === 'offline' || health.state === 'rejected') &&
            words.runners.since(format.ago(health.since, now))}
        </span>
        <span className="soft cut runner-url">{runner.url}</span>
      </div>
      {health.state === 'offline' && (
        <p className="runner-trouble">
          {inSentences(health.problem)}
          {gap}
          <span className="soft">{words.runners.offlineRemedy}</span>
        </p>
      )}
      {health.state === 'rejected' && (
        <p className="runner-trouble">
          {inSentences(health.problem)}
          {gap}
          <span className="soft">
            {words.runners.rejectedRemedy}
            {words.aside(words.runners.againIn(format.ago(health.askedAgainAt, now)))}
          </span>
        </p>
      )}
      {runner.renewalTrouble && (
        <div className="runner-trouble">
          <Verdict is="bad">
            {words.runner.token.renewalFailed(format.ago(runner.renewalTrouble.triedAt, now))}
            {gap}
            {inSentences(runner.renewalTrouble.problem)}
            {gap}
            <span className="soft">
              {words.runner.token.againIn(format.ago(runner.renewalTrouble.againAt, now))}
            </span>
          </Verdict>
        </div>
      )}
      <dl className="facts">
        <div>
          <dt>{words.runners.running}</dt>
          <dd>{limit > 0 ? words.runners.ofLimit(running, limit) : words.runners.noLimit(running)}</dd>
        </div>
        <div>
          <dt>{words.runners.image}</dt>
          <dd className="mono">{runner.image}</dd>
        </div>
        <div>
          <dt>{words.runners.executor}</dt>
          <dd>{runner.executor}</dd>
        </div>
        <div>
          <dt>{words.runners.token}</dt>
          <dd>
            <span className="mono">{runner.shortToken}…</span>
            {tokenExpiresAt !== undefined && (
              <span className="soft" title={format.moment(tokenExpiresAt)}>
                {' '}
                {words.runners.expires(format.ago(tokenExpiresAt, now))}
                {' · '}
                {tokenRenewedAt === undefined
                  ? words.runners.notRenewed
                  : words.runners.renewed(format.ago(Math.max(tokenRenewedAt, now), now))}
              </span>
            )}
          </dd>
        </div>
        <div className="wide">
          <dt>{words.runners.volumes}</dt>
          <dd>
            {runner.volumes.length === 0 ? (
              <span className="soft">{words.runners.noVolumes}</span>
            ) : (
              <ul>
                {runner.volumes.map((volume) => (
                  <Mount key={volume} mount={parseVolume(volume)} />
                ))}
              </ul>
            )}
          </dd>
        </div>
      </dl>
    </li>
  )
}
