import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components'

import type { ShelvedToolchain, ShelvedVersion, ToolchainShelf } from '../../main/contract/toolchain.ts'
import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { BackIcon } from '../ui/icons.tsx'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useWatched } from '../ui/use-watched.ts'
import { Content } from './content.tsx'
import { Description } from './description.tsx'
import { Doctor } from './doctor.tsx'
import { Drift } from './drift.tsx'
import { FingerprintMark } from './fingerprint-mark.tsx'
import { JobViewPicture } from './job-view.tsx'
import { JobsWith } from './jobs-with.tsx'
import { RunnersWith } from './runners-with.tsx'
import './toolchains.css'
import { useShelf } from './use-shelf.ts'
import { Versions } from './versions.tsx'
import { VolumeCopy } from './volume-copy.tsx'

/** To be given its name and version as `key`. */
interface ToolchainPageProps {
  readonly state: AppState
  readonly name: string
  /** Absent: the current one. */
  readonly version: string | undefined
  /** The doctor's word on it in this image is asked for. */
  readonly image: string | undefined
}

export function ToolchainPage({ state, name, version, image }: ToolchainPageProps) {
  const { words } = useReader()
  const watched = useWatched(useShelf(state.connection))
  const found = watched.kind === 'ready' ? versionOf(watched.value, name, version) : undefined
  return (
    <div className="page" data-page="toolchain">
      <div className="job-head">
        <a className="back-link soft" href={linkTo({ page: 'toolchains' })}>
          <BackIcon /> {words.toolchains.title}
        </a>
        <h1 className="cut">
          {name} <span className="soft">{found?.shown.form.version ?? version}</span>
        </h1>
        {found && <FingerprintMark state={found.shown.fingerprint} />}
        {found && <RemoveButton version={found.shown} state={state} />}
      </div>
      {watched.kind === 'ready' && found !== undefined ? (
        <Shown {...found} shelf={watched.value} state={state} image={image} />
      ) : (
        <div className="page-body">
          {watched.kind === 'loading' && <Notice>{words.toolchains.loading}</Notice>}
          {watched.kind === 'failed' && (
            <Failed why={watched.error.message}>{words.toolchains.failed}</Failed>
          )}
          {watched.kind === 'ready' && <Notice>{words.toolchains.gone}</Notice>}
        </div>
      )}
    </div>
  )
}

function versionOf({ toolchains }: ToolchainShelf, name: string, version: string | undefined) {
  const toolchain = toolchains.find((one) => one.name === name)
  const shown = toolchain?.versions.find(({ form, isCurrent }) =>
    version === undefined ? isCurrent : form.version === version,
  )
  return toolchain && shown && { toolchain, shown }
}

interface ShownProps {
  readonly toolchain: ShelvedToolchain
  readonly shown: ShelvedVersion
  readonly shelf: ToolchainShelf
  readonly state: AppState
  readonly image: string | undefined
}

function Shown({ toolchain, shown, shelf, state, image }: ShownProps) {
  const { words } = useReader()
  const { tabs } = words.toolchains
  const { connection } = state
  return (
    <Tabs className="job-tabs" defaultSelectedKey={image === undefined ? 'use' : 'doctor'}>
      <TabList className="tab-list" aria-label={toolchain.name}>
        <Tab id="use" className="tab">
          {tabs.use}
        </Tab>
        <Tab id="doctor" className="tab">
          {words.toolchains.doctor.title}
        </Tab>
        <Tab id="description" className="tab">
          {tabs.description}
        </Tab>
      </TabList>
      <TabPanel id="use" className="tab-panel toolchain-panel">
        <Drift version={shown} connection={connection} />
        {!shown.isFolderThere && (
          <div className="banner is-bad" role="alert">
            <p>{words.toolchains.folderMissing(shown.form.folder)}</p>
          </div>
        )}
        <div className="toolchain-use">
          <div className="toolchain-column">
            <JobViewPicture sees={shown.sees} />
            {shown.form.notes !== '' && <p className="toolchain-notes">{shown.form.notes}</p>}
          </div>
          <div className="toolchain-column">
            <RunnersWith version={shown} shelf={shelf} connection={connection} />
            <Versions toolchain={toolchain} shown={shown} connection={connection} />
            <Content version={shown} connection={connection} />
            <VolumeCopy version={shown} connection={connection} />
            <JobsWith version={shown} history={state.history} />
          </div>
        </div>
      </TabPanel>
      <TabPanel id="doctor" className="tab-panel toolchain-panel">
        <Doctor
          connection={connection}
          only={toolchain.name}
          first={image === undefined ? undefined : { reference: shown.form, image }}
        />
      </TabPanel>
      <TabPanel id="description" className="tab-panel toolchain-panel">
        <Description version={shown} connection={connection} />
      </TabPanel>
    </Tabs>
  )
}

function RemoveButton({ version, state }: { readonly version: ShelvedVersion; readonly state: AppState }) {
  const { words } = useReader()
  const { form, runners } = version
  const { name, version: number } = form
  const remove = () => {
    state.grace.ask({
      key: `remove toolchain ${name}@${number}`,
      text: words.toolchains.removing(`${name} ${number}`),
      act: async () => {
        const api = await state.connection.ready(AbortSignal.timeout(10_000))
        await api.removeToolchain({ name, version: number })
      },
    })
    window.location.hash = linkTo({ page: 'toolchains' })
  }
  return (
    <div className="job-actions">
      {runners.length > 0 && (
        <span className="soft cut" title={words.toolchains.inUse(runners.length)}>
          {words.toolchains.inUse(runners.length)}
        </span>
      )}
      <Button className="button danger" isDisabled={runners.length > 0} onPress={remove}>
        {words.toolchains.remove}
      </Button>
    </div>
  )
}
