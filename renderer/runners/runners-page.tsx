import type { RunnerSummary } from '../../main/contract/status.ts'
import type { WatchedStore } from '../state/watched.ts'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { RunnerRow } from './runner-row.tsx'
import './runners.css'

export function RunnersPage({ runners }: { readonly runners: WatchedStore<readonly RunnerSummary[]> }) {
  const { words } = useReader()
  const watched = useWatched(runners)
  return (
    <div className="page" data-page="runners">
      <header className="page-head">
        <h1>{words.runners.title}</h1>
      </header>
      <div className="page-body">
        {watched.kind === 'loading' && <Notice>{words.runners.loading}</Notice>}
        {watched.kind === 'failed' && <Notice why={watched.error.message}>{words.runners.failed}</Notice>}
        {watched.kind === 'ready' && watched.value.length === 0 && <NoRunners />}
        {watched.kind === 'ready' && watched.value.length > 0 && (
          <ul className="runners">
            {watched.value.map((runner) => (
              <RunnerRow key={runner.key} runner={runner} />
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

function NoRunners() {
  const { words } = useReader()
  return (
    <Notice
      action={
        <p>
          {words.runners.emptyAction} <code>drydock register</code>
        </p>
      }
    >
      {words.runners.empty}
    </Notice>
  )
}
