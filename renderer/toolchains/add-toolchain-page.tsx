import { useState } from 'react'
import { Button, Label, Radio, RadioGroup } from 'react-aria-components'

import type { ImportSource } from '../../main/contract/toolchain-api.ts'
import type { FolderCheck, ToolchainForm } from '../../main/contract/toolchain.ts'
import type { AppState } from '../state/app-state.ts'
import { linkTo } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { BackIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { Verdict } from '../ui/verdict.tsx'
import { ImageField } from '../wizard/image-field.tsx'
import '../wizard/wizard.css'
import { useCheck } from '../wizard/use-check.ts'
import { blank } from './blank-form.ts'
import { FolderField } from './folder-field.tsx'
import { ImportRun } from './import-run.tsx'
import { JobViewPicture } from './job-view.tsx'
import { changedForm, NameFields, RuleFields, UseFields } from './toolchain-fields.tsx'
import './toolchains.css'
import { useAct } from './use-act.ts'
import { useShelf } from './use-shelf.ts'
import { viewOf } from './view-of.ts'

type Origin = 'folder' | 'archive' | 'image'
const origins: readonly Origin[] = ['folder', 'archive', 'image']

interface AddToolchainPageProps {
  readonly state: AppState
  /** Another version of this one. */
  readonly name: string | undefined
}

/** A toolchain of a folder that is here, of an archive, or out of an image. */
export function AddToolchainPage({ state, name }: AddToolchainPageProps) {
  const { words } = useReader()
  const { connection } = state
  const { add: say } = words.toolchains
  const shelf = useReady(useShelf(connection))
  const former = shelf?.toolchains.find((one) => one.name === name)?.versions[0]?.form
  const [origin, setOrigin] = useState<Origin>('folder')
  const [typed, setTyped] = useState<Partial<ToolchainForm>>({})
  const [archive, setArchive] = useState({ file: '', sha256: '' })
  const [image, setImage] = useState({ image: '', folder: '' })
  const [running, setRunning] = useState<ImportSource>()
  const act = useAct(connection)
  const folder = typed.folder ?? ''
  const check = useCheck(
    connection,
    folder.trim() === '' ? undefined : JSON.stringify(folder),
    (api) => api.checkFolder({ path: folder }),
    150,
  )
  const found = check.kind === 'answered' && check.answer.state === 'found' ? check.answer : undefined
  const form = changedForm(proposed({ former, found, isFolder: origin === 'folder' }), typed)
  const change = (part: Partial<ToolchainForm>) => setTyped({ ...typed, ...part })
  const source: ImportSource | undefined =
    origin === 'archive'
      ? { kind: 'archive', file: archive.file.trim(), sha256: archive.sha256.trim() }
      : origin === 'image'
        ? { kind: 'image', image: image.image.trim(), folder: image.folder.trim() }
        : undefined
  const isNamed = form.name !== '' && form.version !== '' && form.mountPoint !== ''
  const isReady =
    isNamed &&
    (origin === 'folder'
      ? found !== undefined
      : origin === 'archive'
        ? archive.file.trim() !== ''
        : image.image.trim() !== '' && image.folder.trim() !== '')
  const add = () =>
    act.run(async (api) => {
      const reference = await api.addToolchain({ form: { ...form, folder: found?.folder ?? folder.trim() } })
      window.location.hash = linkTo({ page: 'toolchain', ...reference })
    })
  return (
    <div className="page" data-page="add-toolchain">
      <div className="job-head">
        <a className="back-link soft" href={linkTo({ page: 'toolchains' })}>
          <BackIcon /> {words.toolchains.title}
        </a>
        <h1>{name === undefined ? say.title : say.anotherVersion(name)}</h1>
      </div>
      <div className="page-body add-toolchain">
        <form
          className="toolchain-form"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isReady || running !== undefined) return
            if (source === undefined) void add()
            else setRunning(source)
          }}
        >
          <RadioGroup
            className="field"
            value={origin}
            isDisabled={running !== undefined}
            onChange={(value) => setOrigin(origins.find((one) => one === value) ?? 'folder')}
          >
            <Label className="label">{say.from}</Label>
            <div className="choices radio-chips">
              {origins.map((one) => (
                <Radio key={one} value={one} className="chip">
                  {say.origins[one]}
                </Radio>
              ))}
            </div>
            <p className="hint">{say.originHints[origin]}</p>
          </RadioGroup>
          {origin === 'folder' && (
            <FolderField
              connection={connection}
              label={words.toolchains.form.folder}
              value={folder}
              onChange={(next) => change({ folder: next })}
              check={check}
              canBrowse={shelf?.canBrowse ?? false}
            />
          )}
          {origin === 'archive' && (
            <>
              <Field
                label={say.archive}
                placeholder="/home/kim/Downloads/sdk-3.1.tar.xz"
                value={archive.file}
                onChange={(file) => setArchive({ ...archive, file })}
                mono
              />
              <Field
                label={`${say.sha256}${words.aside(words.setup.optional)}`}
                hint={say.sha256Hint}
                value={archive.sha256}
                onChange={(sha256) => setArchive({ ...archive, sha256 })}
                mono
              />
            </>
          )}
          {origin === 'image' && (
            <>
              <ImageField
                connection={connection}
                engine={{ host: '', tlsVerify: false, tlsCertPath: '' }}
                value={image.image}
                onChange={(next) => setImage({ ...image, image: next })}
              />
              <Field
                label={say.imageFolder}
                placeholder="/opt/sdk"
                value={image.folder}
                onChange={(next) => setImage({ ...image, folder: next })}
                mono
              />
            </>
          )}
          <NameFields form={form} onChange={change} />
          <UseFields form={form} onChange={change} />
          <details className="more">
            <summary>{say.more}</summary>
            <div className="toolchain-form">
              <RuleFields form={form} onChange={change} />
            </div>
          </details>
          {running === undefined ? (
            <div className="step-actions">
              <Button type="submit" className="button primary" isDisabled={!isReady || act.isBusy}>
                {source === undefined ? say.action : say.import}
              </Button>
              <span role="status">
                {act.trouble !== undefined && <Verdict is="bad">{act.trouble}</Verdict>}
              </span>
            </div>
          ) : (
            <ImportRun
              connection={connection}
              form={{ ...form, folder: '' }}
              source={running}
              onStop={() => setRunning(undefined)}
            />
          )}
        </form>
        {form.mountPoint !== '' && (
          <JobViewPicture
            sees={viewOf(source === undefined ? form : { ...form, folder: comesFrom(source) })}
          />
        )}
      </div>
    </div>
  )
}

interface Proposal {
  readonly former: ToolchainForm | undefined
  readonly found: Extract<FolderCheck, { state: 'found' }> | undefined
  readonly isFolder: boolean
}

/** Where a toolchain that is yet to be brought here comes from, as its reader knows it. */
const comesFrom = (source: ImportSource) =>
  source.kind === 'archive' ? source.file : source.image && `${source.image}:${source.folder}`

/** What is not typed yet: as the last version has it, or as the folder suggests. */
function proposed({ former, found, isFolder }: Proposal): ToolchainForm {
  const suggestion = isFolder ? found?.suggestion : undefined
  const version = suggestion?.version ?? ''
  if (former !== undefined) return { ...former, version, folder: '', notes: '' }
  const { name = '', mountPoint = '' } = suggestion ?? {}
  return { ...blank, name, version, mountPoint, path: [...((isFolder && found?.binFolders) || [])] }
}
