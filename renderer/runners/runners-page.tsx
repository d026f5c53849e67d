import type { SetupState } from '../../main/contract/setup.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import { linkTo } from '../state/route.ts'
import type { WatchedStore } from '../state/watched.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady, useWatched } from '../ui/use-watched.ts'
import { RunnerRow } from './runner-row.tsx'
import './runners.css'

interface RunnersPageProps {
  readonly runners: WatchedStore<readonly RunnerSummary[]>
  readonly setup: WatchedStore<SetupState>
}

export function RunnersPage({ runners, setup }: RunnersPageProps) {
  const { words } = useReader()
  const watched = useWatched(runners)
  return (
    <div className="page" data-page="runners">
      <header className="page-head">
        <h1>{words.runners.title}</h1>
        {watched.kind === 'ready' && watched.value.length > 0 && (
          <div className="job-actions">
            <a className="button" href={linkTo({ page: 'config' })}>
              {words.runner.file.open}
            </a>
            <a className="button" href={linkTo({ page: 'import' })}>
              {words.setup.importInstead}
            </a>
            <AddRunner setup={setup} />
          </div>
        )}
      </header>
      <div className="page-body">
        {watched.kind === 'loading' && <Notice>{words.runners.loading}</Notice>}
        {watched.kind === 'failed' && <Failed why={watched.error.message}>{words.runners.failed}</Failed>}
        {watched.kind === 'ready' && watched.value.length === 0 && <NoRunners setup={setup} />}
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

type SetupProps = Pick<RunnersPageProps, 'setup'>

function NoRunners({ setup }: SetupProps) {
  const { words } = useReader()
  return <Notice action={<AddRunner setup={setup} />}>{words.runners.empty}</Notice>
}

/** Leads into the wizard, which goes on where it was left. */
function AddRunner({ setup }: SetupProps) {
  const { words } = useReader()
  const isUnderWay = useReady(setup)?.draft !== undefined
  return (
    <a className="button primary" href={linkTo({ page: 'setup' })}>
      {isUnderWay ? words.runner.resumeSetup : words.runner.add}
    </a>
  )
}
