import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'

import type { ToolchainShelf } from '../../main/contract/toolchain.ts'
import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { Adoption } from './adoption.tsx'
import { Doctor } from './doctor.tsx'
import { Library } from './library.tsx'
import './toolchains.css'
import { useShelf } from './use-shelf.ts'

export function ToolchainsPage({ state }: { readonly state: AppState }) {
  const { words } = useReader()
  const watched = useWatched(useShelf(state.connection))
  const hasSome = watched.kind === 'ready' && watched.value.toolchains.length > 0
  return (
    <div className="page" data-page="toolchains">
      <header className="page-head">
        <h1>{words.toolchains.title}</h1>
        <span className="head-action">{hasSome && <AddFolder />}</span>
      </header>
      {watched.kind === 'ready' ? (
        <Shown shelf={watched.value} state={state} />
      ) : (
        <div className="page-body">
          {watched.kind === 'loading' && <Notice>{words.toolchains.loading}</Notice>}
          {watched.kind === 'failed' && (
            <Failed why={watched.error.message}>{words.toolchains.failed}</Failed>
          )}
        </div>
      )}
    </div>
  )
}

function Shown({ shelf, state }: { readonly shelf: ToolchainShelf; readonly state: AppState }) {
  const { words } = useReader()
  const { connection } = state
  const hints = shelf.adoptable.map((one) => (
    <Adoption key={one.folder} adoptable={one} connection={connection} />
  ))
  if (shelf.toolchains.length === 0)
    return (
      <div className="page-body">
        {hints}
        <Notice action={<AddFolder />}>{words.toolchains.empty}</Notice>
      </div>
    )
  return (
    <Tabs className="job-tabs">
      <TabList className="tab-list" aria-label={words.toolchains.title}>
        <Tab id="library" className="tab">
          {words.toolchains.library}
        </Tab>
        <Tab id="doctor" className="tab">
          {words.toolchains.doctor.title}
        </Tab>
      </TabList>
      <TabPanel id="library" className="tab-panel toolchain-panel">
        {hints}
        <Library toolchains={shelf.toolchains} />
      </TabPanel>
      <TabPanel id="doctor" className="tab-panel toolchain-panel">
        <Doctor connection={connection} />
      </TabPanel>
    </Tabs>
  )
}

function AddFolder() {
  const { words } = useReader()
  return (
    <a className="button primary" href={linkTo({ page: 'add-toolchain' })}>
      {words.toolchains.addFolder}
    </a>
  )
}
