import { useEffect, useState, type ComponentProps } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'

import type { RunnerFile, ServerFacts } from '../../main/contract/runner-file.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import type { AppState } from '../state/app-state.ts'
import type { Connection } from '../state/connection.ts'
import type { Grace } from '../state/grace.ts'
import { linkTo } from '../state/route.ts'
import { watchInto, type WatchedStore } from '../state/watched.ts'
import { BackIcon } from '../ui/icons.tsx'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { useReady, useWatched } from '../ui/use-watched.ts'
import { JobChecker } from './job-checker.tsx'
import { RunnerActions } from './runner-actions.tsx'
import { RunnerMark } from './runner-mark.tsx'
import { RunnerSettingsForm } from './runner-settings-form.tsx'
import { RunnerToolchains } from '../toolchains/runner-toolchains.tsx'
import { ServerPanel } from './server-panel.tsx'
import { TokenPanel } from './token-panel.tsx'
import { useShelf } from '../toolchains/use-shelf.ts'
import { useTagSuggestions } from './use-tag-suggestions.ts'
import './runner-page.css'

/** To be given its runner's key as `key`: it follows one runner for as long as it is shown. */
interface RunnerPageProps {
  readonly runnerKey: string
  readonly app: Pick<AppState, 'connection' | 'grace' | 'runners'>
}

export function RunnerPage({ runnerKey, app }: RunnerPageProps) {
  const { words } = useReader()
  const { connection, runners } = app
  const file = useRunnerFile(connection, runnerKey)
  // A new token makes a new key: the page stays with its runner, and so does its address.
  const key = useReady(file)?.key ?? runnerKey
  useEffect(() => window.history.replaceState(null, '', linkTo({ page: 'runner', key })), [key])
  const summary = useReady(runners)?.find((one) => one.key === key)
  return (
    <div className="page" data-page="runner">
      <div className="job-head">
        <a className="back-link soft" href={linkTo({ page: 'runners' })}>
          <BackIcon /> {words.runner.back}
        </a>
        <h1 className="cut">{summary?.name ?? ''}</h1>
        {summary && <RunnerMark health={summary.health} paused={summary.paused === true} />}
        {summary && <RunnerActions runner={summary} state={app} />}
      </div>
      <Opened store={file} summary={summary} connection={connection} grace={app.grace} runnerKey={key} />
    </div>
  )
}

interface OpenedProps {
  readonly store: WatchedStore<RunnerFile>
  readonly summary: RunnerSummary | undefined
  readonly connection: Connection
  readonly grace: Grace
  readonly runnerKey: string
}

function Opened({ store, summary, connection, grace, runnerKey }: OpenedProps) {
  const { words } = useReader()
  const watched = useWatched(store)
  // Kept above the tabs: what GitLab said is of use to the checker too. A token may be held or remembered already; then
  // nobody has to give one.
  const atFirst = useAnswer(connection, (api, left) => api.askServer({ key: runnerKey }, left), runnerKey)
  const [said, setFacts] = useState<ServerFacts>()
  const facts = said ?? atFirst.value
  if (watched.kind === 'loading') return <Notice>{words.runner.loading}</Notice>
  if (watched.kind === 'failed') {
    const isGone = watched.error.code === 'not-found'
    return (
      <div className="page-body">
        {isGone ? (
          <Notice>{words.runner.gone}</Notice>
        ) : (
          <Failed why={watched.error.message}>{words.runner.failed}</Failed>
        )}
      </div>
    )
  }
  const file = watched.value
  return (
    <Tabs className="job-tabs">
      <TabList className="tab-list" aria-label={summary?.name ?? ''}>
        <Tab id="settings" className="tab">
          {words.runner.tabs.settings}
        </Tab>
        <Tab id="server" className="tab">
          {words.runner.tabs.server}
        </Tab>
        <Tab id="checker" className="tab">
          {words.runner.tabs.checker}
        </Tab>
      </TabList>
      <TabPanel id="settings" className="tab-panel runner-panel">
        <RunnerToolchains runnerKey={runnerKey} name={summary?.name ?? ''} connection={connection} />
        <RunnerSettingsForm file={file} runnerKey={runnerKey} connection={connection} />
      </TabPanel>
      <TabPanel id="server" className="tab-panel runner-panel">
        {summary && summary.shortToken !== '' && (
          <TokenPanel
            runner={summary}
            connection={connection}
            grace={grace}
            canRecreate={facts?.state === 'known'}
          />
        )}
        <InGitLab
          url={summary?.url ?? ''}
          file={file}
          runnerKey={runnerKey}
          connection={connection}
          facts={facts}
          onFacts={setFacts}
        />
      </TabPanel>
      <TabPanel id="checker" className="tab-panel runner-panel">
        <JobChecker facts={facts} runnerKey={runnerKey} connection={connection} />
      </TabPanel>
    </Tabs>
  )
}

interface InGitLabProps extends Omit<ComponentProps<typeof ServerPanel>, 'suggest'> {
  readonly file: RunnerFile
}

/** What GitLab knows, with tags suggested for the runner's engine and toolchains. */
function InGitLab({ file: { form }, ...panel }: InGitLabProps) {
  const { runnerKey, connection } = panel
  const { host, tlsVerify, tlsCertPath } = form
  const shelf = useReady(useShelf(connection))
  const toolchains = (shelf?.toolchains ?? []).flatMap(({ versions }) =>
    versions.flatMap((one) => (one.runners.some(({ key }) => key === runnerKey) ? [one.form.name] : [])),
  )
  const suggest = useTagSuggestions(connection, { host, tlsVerify, tlsCertPath }, toolchains)
  return <ServerPanel {...panel} suggest={suggest} />
}

function useRunnerFile(connection: Connection, key: string): WatchedStore<RunnerFile> {
  const [{ store, left }] = useState(() => {
    const left = new AbortController()
    const store = watchInto<RunnerFile, RunnerFile>(
      connection,
      (api, signal) => api.watchRunnerFile({ key }, signal),
      (_, next) => next,
      left.signal,
    )
    return { store, left }
  })
  useEffect(() => () => left.abort(), [left])
  return store
}
