import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { DiskUsage, Pruned } from '../../main/contract/disk.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { AppState } from '../state/app-state.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { DiskItems } from './disk-items.tsx'
import './disk.css'

interface DiskPageProps {
  readonly state: Pick<AppState, 'connection' | 'grace'>
}

export function DiskPage({ state }: DiskPageProps) {
  const { connection } = state
  const { words } = useReader()
  const usage = useAnswer(connection, (api) => api.readDisk(undefined))
  return (
    <div className="page" data-page="disk">
      <header className="page-head">
        <h1>{words.nav.disk}</h1>
        <span className="head-action">
          {usage.value !== undefined && <MakeRoom connection={connection} onDone={usage.askAgain} />}
        </span>
      </header>
      <div className="page-body">
        {usage.value === undefined && usage.error === undefined && <Notice>{words.disk.loading}</Notice>}
        {usage.error !== undefined && (
          <Failed why={usage.error} onAgain={usage.askAgain}>
            {words.disk.failed}
          </Failed>
        )}
        {usage.value !== undefined && <Usage usage={usage.value} state={state} onGone={usage.askAgain} />}
      </div>
    </div>
  )
}

interface UsageProps extends DiskPageProps {
  readonly usage: DiskUsage
  readonly onGone: () => void
}

function Usage({ usage, state, onGone }: UsageProps) {
  const { words, format } = useReader()
  const items = usage.items.toSorted((a, b) => b.bytes - a.bytes)
  return (
    <>
      <dl className="disk-numbers">
        <div>
          <dt className="soft">{words.disk.used}</dt>
          <dd>{format.bytes(items.reduce((sum, { bytes }) => sum + bytes, 0))}</dd>
        </div>
        <div>
          <dt className="soft">{words.disk.free}</dt>
          <dd className={usage.free < usage.reserve ? 'tone-bad' : ''}>{format.bytes(usage.free)}</dd>
        </div>
        <div>
          <dt className="soft">{words.disk.budget}</dt>
          <dd>
            {usage.budget === 0
              ? words.disk.noBudget
              : `${format.bytes(usage.counted)} / ${format.bytes(usage.budget)}`}
          </dd>
        </div>
      </dl>
      <p className="soft disk-hint">
        {words.disk.reserve(format.bytes(usage.reserve))}{' '}
        <a className="text-link" href={linkTo({ page: 'settings' })}>
          {words.disk.change}
        </a>
      </p>
      {items.length === 0 ? (
        <Notice>{words.disk.empty}</Notice>
      ) : (
        <DiskItems items={items} state={state} onGone={onGone} />
      )}
    </>
  )
}

interface MakeRoomProps {
  readonly connection: Connection
  readonly onDone: () => void
}

/** What is gone is gone, so the extent is named before: first what would go, then the button that does it. */
function MakeRoom({ connection, onDone }: MakeRoomProps) {
  const { words, format, inSentences } = useReader()
  const [plan, setPlan] = useState<Pruned>()
  const [said, setSaid] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const ask = async (act: 'planPrune' | 'pruneDisk') => {
    setBusy(true)
    setSaid(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      const answer = await api[act]({ downTo: 0 })
      if (act === 'planPrune' && answer.items.length > 0) setPlan(answer)
      else {
        setPlan(undefined)
        setSaid(
          [
            words.disk.freed(format.bytes(answer.bytes)),
            ...answer.problems.map((problem) => inSentences(problem)),
          ].join(' '),
        )
        if (act === 'pruneDisk') onDone()
      }
    } catch (error) {
      setSaid(error instanceof ApiError ? inSentences(error.message) : words.connection.lost)
    }
    setBusy(false)
  }
  return (
    <span className="make-room">
      {said !== undefined && (
        <span className="soft" role="status">
          {said}
        </span>
      )}
      {plan === undefined ? (
        <Button className="button" isDisabled={isBusy} onPress={() => void ask('planPrune')}>
          {isBusy ? words.disk.working : words.disk.makeRoom}
        </Button>
      ) : (
        <>
          <Button className="button" onPress={() => setPlan(undefined)}>
            {words.disk.keep}
          </Button>
          <Button className="button danger" isDisabled={isBusy} onPress={() => void ask('pruneDisk')}>
            {isBusy ? words.disk.working : words.disk.remove(plan.items.length, format.bytes(plan.bytes))}
          </Button>
        </>
      )}
    </span>
  )
}
