import { useState } from 'react'

import type { DiskUsage, Pruned } from '../../main/contract/disk.ts'
import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { DiskItems } from './disk-items.tsx'
import './disk.css'
import { MakeRoom } from './make-room.tsx'

interface DiskPageProps {
  readonly state: Pick<AppState, 'connection' | 'grace'>
}

export function DiskPage({ state }: DiskPageProps) {
  const { connection } = state
  const { words } = useReader()
  const usage = useAnswer(connection, (api) => api.readDisk(undefined))
  const [plan, setPlan] = useState<Pruned>()
  return (
    <div className="page" data-page="disk">
      <header className="page-head">
        <h1>{words.nav.disk}</h1>
        <span className="head-action">
          {usage.value !== undefined && (
            <MakeRoom connection={connection} plan={plan} onPlan={setPlan} onDone={usage.askAgain} />
          )}
        </span>
      </header>
      <div className="page-body">
        {usage.value === undefined && usage.error === undefined && <Notice>{words.disk.loading}</Notice>}
        {usage.error !== undefined && (
          <Failed why={usage.error} onAgain={usage.askAgain}>
            {words.disk.failed}
          </Failed>
        )}
        {usage.value !== undefined && (
          <Usage usage={usage.value} plan={plan} state={state} onGone={usage.askAgain} />
        )}
      </div>
    </div>
  )
}

interface UsageProps extends DiskPageProps {
  readonly usage: DiskUsage
  readonly plan: Pruned | undefined
  readonly onGone: () => void
}

function Usage({ usage, plan, state, onGone }: UsageProps) {
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
        {usage.budget > 0 && (
          <div>
            <dt className="soft">{words.disk.budget}</dt>
            <dd>
              {format.bytes(usage.counted)} / {format.bytes(usage.budget)}
            </dd>
          </div>
        )}
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
        <DiskItems items={items} going={plan?.items ?? []} state={state} onGone={onGone} />
      )}
    </>
  )
}
