import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'

import type { VolumeEvent } from '../../main/contract/toolchain-api.ts'
import type { ShelvedVersion, ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { Field } from '../ui/field.tsx'
import { RunningShape } from '../ui/icons.tsx'
import '../ui/progress.css'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'
import { EditDialog } from './diff-dialog.tsx'

interface VolumeCopyProps {
  readonly version: ShelvedVersion
  readonly connection: Connection
}

/** A copy of the toolchain in a volume of the engine, for engines that do not see the folder or read it slowly. */
export function VolumeCopy({ version, connection }: VolumeCopyProps) {
  const { words } = useReader()
  const { volume: say } = words.toolchains
  const { form, isFolderThere } = version
  const reference = { name: form.name, version: form.version }
  const [name, setName] = useState(form.volume || `${form.name}-${form.version}`)
  const [running, setRunning] = useState<string>()
  return (
    <section className="toolchain-part">
      <h2>{say.title}</h2>
      <p className="soft">{form.volume === '' ? say.lead : say.used(form.volume)}</p>
      {running === undefined ? (
        <form
          className="volume-form"
          onSubmit={(event) => {
            event.preventDefault()
            setRunning(name.trim())
          }}
        >
          <Field label={say.name} value={name} onChange={setName} mono />
          <Button type="submit" className="button" isDisabled={!isFolderThere || name.trim() === ''}>
            {say.copy}
          </Button>
        </form>
      ) : (
        <Copying
          connection={connection}
          reference={reference}
          volume={running}
          isUsed={form.volume === running}
          onLeave={() => setRunning(undefined)}
        />
      )}
    </section>
  )
}

interface CopyingProps {
  readonly connection: Connection
  readonly reference: ToolchainRef
  readonly volume: string
  /** Its runners have this volume already. */
  readonly isUsed: boolean
  readonly onLeave: () => void
}

/** A copy for as long as it is shown: leaving stops it, and the next one goes on where it ended. */
function Copying({ connection, reference, volume, isUsed, onLeave }: CopyingProps) {
  const { words, format, inSentences } = useReader()
  const { volume: say, add } = words.toolchains
  const [event, setEvent] = useState<VolumeEvent>()
  const [why, setWhy] = useState<string>()
  const [isAsking, setAsking] = useState(false)
  useEffect(() => {
    const left = new AbortController()
    const run = async () => {
      const api = await connection.ready(left.signal)
      for await (const next of api.copyToVolume({ reference, volume }, left.signal)) setEvent(next)
    }
    run().catch((error: unknown) => {
      if (!left.signal.aborted) setWhy(wordsOf(error))
    })
    return () => left.abort()
    // The copy that was asked for; what the page learns meanwhile begins no other.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  }, [connection, volume])
  if (why !== undefined)
    return (
      <div className="import-run">
        <Verdict is="bad">{inSentences(why)}</Verdict>
        <Button className="button" onPress={onLeave}>
          {words.setup.back}
        </Button>
      </div>
    )
  if (event?.type !== 'copied')
    return (
      <div className="import-run">
        <span className="status tone-run">
          <RunningShape />{' '}
          {event === undefined
            ? say.begins
            : say[event.step](format.size(event.done), format.size(event.total))}
        </span>
        <progress
          className="progress"
          aria-label={say.title}
          {...(event !== undefined && event.total > 0 && { value: event.done, max: event.total })}
        />
        <p className="soft">{add.resumable}</p>
        <Button className="button" onPress={onLeave}>
          {add.stop}
        </Button>
      </div>
    )
  return (
    <div className="import-run" role="status">
      <Verdict is="good">
        {say.copied(words.toolchains.files(event.files), format.size(event.bytes), volume)}
      </Verdict>
      {!isUsed && (
        <Button className="button primary" onPress={() => setAsking(true)}>
          {say.use}
        </Button>
      )}
      {isAsking && (
        <EditDialog
          connection={connection}
          edit={{ what: 'mend', reference, mend: { kind: 'toolchain', change: { volume } } }}
          title={say.switchTitle(reference.name, volume)}
          lead={say.switchLead}
          action={say.use}
          onClose={() => setAsking(false)}
          onDone={onLeave}
        />
      )}
    </div>
  )
}
