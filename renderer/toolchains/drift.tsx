import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { ShelvedVersion } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { EditDialog } from './diff-dialog.tsx'
import { useAct } from './use-act.ts'

interface DriftProps {
  readonly version: ShelvedVersion
  readonly connection: Connection
}

const shownAtFirst = 8

/** That the folder is no longer what was recorded, which files it is, and what can be done about it. */
export function Drift({ version, connection }: DriftProps) {
  const { words } = useReader()
  const { drift: say } = words.toolchains
  const { form, fingerprint } = version
  const [isWhole, setWhole] = useState(false)
  const [isAccepting, setAccepting] = useState(false)
  const [next, setNext] = useState(() => nextVersion(form.version))
  const act = useAct(connection)
  if (fingerprint.state !== 'drifted') return null
  const reference = { name: form.name, version: form.version }
  const changes = isWhole ? fingerprint.changes : fingerprint.changes.slice(0, shownAtFirst)
  const hidden = fingerprint.changeCount - changes.length
  const setOnDrift = (onDrift: 'stop' | 'warn') =>
    act.run(async (api) => {
      const edit = { what: 'describe', reference, form: { ...form, onDrift } } as const
      const { revision } = await api.previewToolchainEdit({ edit })
      await api.editToolchains({ edit, basedOn: revision })
    })
  return (
    <section className="drift" aria-labelledby="drift-title">
      <h2 id="drift-title">
        <AlertIcon /> {say.title(fingerprint.changeCount)}
      </h2>
      <p>{form.onDrift === 'stop' ? say.jobsStop : say.jobsWarn}</p>
      <ul className="drift-files">
        {changes.map(({ path, change }) => (
          <li key={path}>
            <span className={`drift-${change}`}>{say[change]}</span> <span className="mono">{path}</span>
          </li>
        ))}
        {hidden > 0 && (
          <li>
            <Button className="button bare" isDisabled={isWhole} onPress={() => setWhole(true)}>
              {say.more(hidden)}
            </Button>
          </li>
        )}
      </ul>
      <div className="drift-choices">
        <form
          className="drift-accept"
          onSubmit={(event) => {
            event.preventDefault()
            setAccepting(true)
          }}
        >
          <Field label={say.newVersion} value={next} onChange={setNext} />
          <Button
            type="submit"
            className="button primary"
            isDisabled={next.trim() === '' || next.trim() === form.version}
          >
            {say.accept}
          </Button>
        </form>
        <Button
          className="button"
          isDisabled={act.isBusy}
          onPress={() => void act.run((api) => api.acceptDrift(reference))}
        >
          {say.acceptSame(form.version)}
        </Button>
        <Button
          className="button"
          isDisabled={act.isBusy}
          onPress={() => void setOnDrift(form.onDrift === 'stop' ? 'warn' : 'stop')}
        >
          {form.onDrift === 'stop' ? say.letRun : say.stop}
        </Button>
      </div>
      {act.trouble !== undefined && (
        <p className="tone-bad" role="alert">
          {act.trouble}
        </p>
      )}
      {isAccepting && (
        <EditDialog
          connection={connection}
          edit={{ what: 'accept', reference, version: next.trim() }}
          title={say.acceptTitle(form.name, next.trim())}
          lead={say.acceptLead}
          action={say.accept}
          onClose={() => setAccepting(false)}
          onDone={() => {
            window.location.hash = linkTo({ page: 'toolchain', name: form.name, version: next.trim() })
          }}
        />
      )}
    </section>
  )
}

/** `20.2` becomes `20.2-2`, and that `20.2-3`. */
function nextVersion(version: string): string {
  const match = /^(.*)-(\d{1,4})$/.exec(version)
  return match ? `${match[1]}-${Number(match[2]) + 1}` : `${version}-2`
}
