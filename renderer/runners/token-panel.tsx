import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { TokenRenewal } from '../../main/contract/runner-file.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import type { Connection } from '../state/connection.ts'
import type { Grace } from '../state/grace.ts'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'

interface TokenPanelProps {
  readonly runner: RunnerSummary
  readonly connection: Connection
  readonly grace: Grace
  /** A person's token is at hand. */
  readonly canRecreate: boolean
}

type Asked =
  | TokenRenewal
  | { readonly state: 'asking' }
  | { readonly state: 'broken'; readonly problem: string }

/** How long the runner's token lasts, and a new one at once. */
export function TokenPanel({ runner, connection, grace, canRecreate }: TokenPanelProps) {
  const { words, format, inSentences, gap } = useReader()
  const { token } = words.runner
  const now = useNow(30_000)
  const [asked, setAsked] = useState<Asked>()
  const { shortToken, tokenExpiresAt, tokenRenewedAt, renewalTrouble } = runner
  const recreate = () =>
    grace.ask({
      key: `recreate runner ${runner.key}`,
      text: token.recreating(runner.name),
      act: () => ask('recreateRunner'),
    })
  const ask = async (what: 'renewToken' | 'recreateRunner') => {
    setAsked({ state: 'asking' })
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      setAsked(await api[what]({ key: runner.key }))
    } catch (error) {
      setAsked({ state: 'broken', problem: wordsOf(error) })
    }
  }
  return (
    <section className="token-panel" aria-labelledby="token-title">
      <h2 id="token-title">{words.runners.token}</h2>
      <p>
        <span className="mono">{shortToken}…</span>{' '}
        <span
          className="soft"
          title={tokenExpiresAt === undefined ? undefined : format.moment(tokenExpiresAt)}
        >
          {tokenExpiresAt === undefined
            ? token.forever
            : words.runners.expires(format.ago(tokenExpiresAt, now))}
          {tokenExpiresAt !== undefined &&
            ` · ${
              tokenRenewedAt === undefined
                ? words.runners.notRenewed
                : words.runners.renewed(format.ago(Math.max(tokenRenewedAt, now), now))
            }`}
        </span>
      </p>
      {renewalTrouble && (
        <Verdict is="bad">
          {token.renewalFailed(format.ago(renewalTrouble.triedAt, now))}
          {gap}
          {inSentences(renewalTrouble.problem)}
          {gap}
          <span className="soft">{token.againIn(format.ago(renewalTrouble.againAt, now))}</span>
        </Verdict>
      )}
      <p className="soft">{token.hint}</p>
      <div className="step-actions">
        <Button
          className="button"
          isDisabled={asked?.state === 'asking'}
          onPress={() => void ask('renewToken')}
        >
          {token.renew}
        </Button>
        {canRecreate && (
          <Button className="button danger" isDisabled={asked?.state === 'asking'} onPress={recreate}>
            {token.recreate}
          </Button>
        )}
      </div>
      {canRecreate && <p className="hint">{token.recreateHint}</p>}
      <div role="status" className="verdicts">
        {asked !== undefined && <Outcome asked={asked} />}
      </div>
    </section>
  )
}

const oldIs = { dead: 'good', alive: 'bad', 'not-asked': 'warn' } as const

function Outcome({ asked }: { readonly asked: Asked }) {
  const { words, format, inSentences, gap } = useReader()
  const { token } = words.runner
  switch (asked.state) {
    case 'asking':
      return <Verdict is="busy">{token.asking}</Verdict>
    case 'renewed':
      return (
        <>
          <Verdict is="good">
            {asked.expiresAt === undefined
              ? token.renewed
              : token.renewedUntil(format.moment(asked.expiresAt))}
          </Verdict>
          <Verdict is={oldIs[asked.old]}>{token.old[asked.old]}</Verdict>
        </>
      )
    case 'recreated':
      return (
        <>
          <Verdict is="good">{token.recreated(asked.id)}</Verdict>
          <Verdict is={oldIs[asked.old]}>{token.old[asked.old]}</Verdict>
        </>
      )
    case 'unproven':
      return <Verdict is="warn">{token.unproven}</Verdict>
    case 'taken-back':
      return <Verdict is="bad">{token.takenBack}</Verdict>
    case 'refused':
      return (
        <Verdict is="bad">
          {token.refused}
          {gap}
          {inSentences(asked.problem)}
          {gap}
          <span className="soft">{token.refusedRemedy}</span>
        </Verdict>
      )
    case 'unavailable':
      return (
        <Verdict is="bad">
          {token.unavailable}
          {gap}
          {inSentences(asked.problem)}
          {gap}
          <span className="soft">{token.unavailableRemedy}</span>
        </Verdict>
      )
    case 'broken':
      return <Verdict is="bad">{inSentences(asked.problem)}</Verdict>
  }
}
