import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'

import type { ImportEvent, ImportSource } from '../../main/contract/toolchain-api.ts'
import type { ToolchainForm } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { RunningShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'
import '../ui/progress.css'

interface ImportRunProps {
  readonly connection: Connection
  readonly form: ToolchainForm
  readonly source: ImportSource
  readonly onStop: () => void
}

type Imported = Extract<ImportEvent, { type: 'imported' }>

/** An import for as long as it is shown: leaving stops it, and the next one goes on where it ended. */
export function ImportRun({ connection, form, source, onStop }: ImportRunProps) {
  const { words, format, inSentences } = useReader()
  const { add: say } = words.toolchains
  const [bytes, setBytes] = useState(0)
  const [done, setDone] = useState<Imported>()
  const [why, setWhy] = useState<string>()
  useEffect(() => {
    const left = new AbortController()
    const run = async () => {
      const api = await connection.ready(left.signal)
      for await (const event of api.importToolchain({ form, source }, left.signal)) {
        if (event.type === 'progress') setBytes(event.bytes)
        else setDone(event)
      }
    }
    run().catch((error: unknown) => {
      if (!left.signal.aborted) setWhy(wordsOf(error))
    })
    return () => left.abort()
    // What was asked for is what is imported, whatever is typed meanwhile.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  }, [connection])
  if (why !== undefined)
    return (
      <div className="import-run">
        <Verdict is="bad">{inSentences(why)}</Verdict>
        <Button className="button" onPress={onStop}>
          {words.setup.back}
        </Button>
      </div>
    )
  if (done === undefined)
    return (
      <div className="import-run">
        <span className="status tone-run">
          <RunningShape /> {say.unpacked(format.size(bytes))}
        </span>
        <progress className="progress" aria-label={say.import} />
        <p className="soft">{say.resumable}</p>
        <Button className="button" onPress={onStop}>
          {say.stop}
        </Button>
      </div>
    )
  const saved = format.size(done.bytes)
  return (
    <div className="import-run" role="status">
      <Verdict is="good">{say.imported(words.toolchains.files(done.files), saved, done.folder)}</Verdict>
      {done.dockerfile !== undefined && (
        <>
          <p>{say.slim(saved)}</p>
          <pre className="code-block" tabIndex={0} aria-label="Dockerfile">
            {done.dockerfile}
          </pre>
        </>
      )}
      <a className="button primary" href={linkTo({ page: 'toolchain', ...done.reference })}>
        {say.open}
      </a>
    </div>
  )
}
