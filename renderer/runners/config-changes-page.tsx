import { useEffect, useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'

import type { ChangedPart, ConfigChange, ConfigChanges } from '../../main/contract/config-changes.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { watchInto, type WatchedStore } from '../state/watched.ts'
import { Failed } from '../ui/failed.tsx'
import { BackIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { ConfigChangeView } from './config-change-view.tsx'
import { UndoVerdict } from './undo-verdict.tsx'
import { useConfigUndo } from './use-config-undo.ts'
import './config-changes.css'

/** What has become of config.toml, by whom, and the way back to each of its former versions. */
export function ConfigChangesPage({ connection }: { readonly connection: Connection }) {
  const { words } = useReader()
  const { file } = words.runner
  const watched = useWatched(useConfigChanges(connection))
  return (
    <div className="page" data-page="config">
      <div className="job-head">
        <a className="back-link soft" href={linkTo({ page: 'runners' })}>
          <BackIcon /> {words.runner.back}
        </a>
        <h1>{file.title}</h1>
        {watched.kind === 'ready' && <code className="soft cut">{watched.value.file}</code>}
      </div>
      {watched.kind === 'loading' && <Notice>{file.loading}</Notice>}
      {watched.kind === 'failed' && <Failed why={watched.error.message}>{file.failed}</Failed>}
      {watched.kind === 'ready' && watched.value.changes.length === 0 && <Notice>{file.empty}</Notice>}
      {watched.kind === 'ready' && watched.value.changes.length > 0 && (
        <Changes changes={watched.value} connection={connection} />
      )}
    </div>
  )
}

interface ChangesProps {
  readonly changes: ConfigChanges
  readonly connection: Connection
}

function Changes({ changes: { changes, revision }, connection }: ChangesProps) {
  const { words } = useReader()
  const [chosen, setChosen] = useState<string>()
  // The latest, unless another one was chosen; a chosen one that is forgotten meanwhile gives way to it, too.
  const shown = changes.find(({ id }) => id === chosen) ?? changes[0]
  const { undo, ...undoing } = useConfigUndo(connection)
  const choose = (id: string) => {
    undoing.forget()
    setChosen(id)
  }
  return (
    <div className="config-changes">
      <div role="status" className="verdicts">
        <UndoVerdict
          undo={undo}
          done={words.runner.file.broughtBack}
          onUndo={(back) => void undoing.run(back)}
          isAmongChanges
        />
      </div>
      <ListBox
        className="change-list"
        aria-label={words.runner.file.list}
        items={changes}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={shown ? [shown.id] : []}
        onSelectionChange={(keys) => keys !== 'all' && choose(String([...keys][0]))}
        dependencies={[revision]}
      >
        {(change) => (
          <ChangeRow
            change={change}
            isNow={change === changes[0] && change.revision === revision}
            isFirst={change === changes.at(-1)}
          />
        )}
      </ListBox>
      {shown && (
        <ConfigChangeView
          key={shown.id}
          change={shown}
          isNow={shown.revision === revision}
          revision={revision}
          connection={connection}
          onBroughtBack={(made) => {
            setChosen(undefined)
            undoing.offer({ to: revision, basedOn: made })
          }}
        />
      )}
    </div>
  )
}

interface ChangeRowProps {
  readonly change: ConfigChange
  readonly isNow: boolean
  readonly isFirst: boolean
}

function ChangeRow({ change, isNow, isFirst }: ChangeRowProps) {
  const { words, format } = useReader()
  const { file } = words.runner
  const now = useNow(30_000)
  const parts = usePartWords(change.parts)
  const title = parts[0] ?? (isFirst ? file.first : file.comments)
  return (
    <ListBoxItem id={change.id} textValue={parts.join(', ') || title} className="change-row">
      <span className="change-what cut">
        {title}
        {parts.length > 1 && <span className="soft"> +{parts.length - 1}</span>}
      </span>
      <span className="soft change-when" title={format.moment(change.at)}>
        {format.ago(change.at, now)} · {file.by[change.by]}
      </span>
      {isNow && <span className="tag">{file.now}</span>}
      {change.hasErrors === true && <span className="tag tone-bad">{file.broken}</span>}
    </ListBoxItem>
  )
}

/** Such as `tangxin: docker.image`. */
function usePartWords(parts: readonly ChangedPart[]): readonly string[] {
  const { whole } = useReader().words.runner.file
  return parts.map(({ runner, key, what }) =>
    [runner, key ?? whole[what]].filter((word) => word !== undefined && word !== '').join(': '),
  )
}

function useConfigChanges(connection: Connection): WatchedStore<ConfigChanges> {
  const [{ store, left }] = useState(() => {
    const left = new AbortController()
    const store = watchInto<ConfigChanges, ConfigChanges>(
      connection,
      (api, signal) => api.watchConfigChanges(undefined, signal),
      (_, next) => next,
      left.signal,
    )
    return { store, left }
  })
  useEffect(() => () => left.abort(), [left])
  return store
}
