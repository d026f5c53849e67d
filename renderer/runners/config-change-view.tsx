import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { ConfigChange } from '../../main/contract/config-changes.ts'
import type { Connection } from '../state/connection.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { Failed } from '../ui/failed.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'
import { Diff } from './diff.tsx'

interface ConfigChangeViewProps {
  readonly change: ConfigChange
  /** The file says this now. */
  readonly isNow: boolean
  /** Of the file now. */
  readonly revision: string
  readonly connection: Connection
  /** @param made the revision the file has by it. */
  readonly onBroughtBack: (made: string) => void
}

const linesAround = 4

/** One change of config.toml: its lines, and the way back to the version it made. */
export function ConfigChangeView(props: ConfigChangeViewProps) {
  const { change, isNow, revision, connection, onBroughtBack } = props
  const { words, format, inSentences, gap } = useReader()
  const { file } = words.runner
  const [trouble, setTrouble] = useState<string>()
  const text = useAnswer(connection, (api) => api.readConfigChange({ id: change.id }), change.id)
  const bringBack = async () => {
    setTrouble(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      onBroughtBack(await api.bringBackConfig({ to: change.revision, basedOn: revision }))
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  return (
    <section className="change-view" aria-label={format.moment(change.at)}>
      <div className="row-between">
        <h2>{format.moment(change.at)}</h2>
        {!isNow && change.hasErrors !== true && (
          <Button className="button primary" onPress={() => void bringBack()}>
            {file.bringBack}
          </Button>
        )}
      </div>
      {!isNow && change.hasErrors !== true && <p className="hint">{file.bringBackHint}</p>}
      <div role="status" className="verdicts">
        {trouble !== undefined && (
          <Verdict is="bad">
            {file.notBroughtBack}
            {gap}
            {inSentences(trouble)}
          </Verdict>
        )}
      </div>
      {text.error !== undefined && (
        <Failed why={text.error} onAgain={text.askAgain}>
          {file.failed}
        </Failed>
      )}
      {text.value !== undefined && text.value.before === text.value.after && (
        <p className="soft">{file.secretsOnly}</p>
      )}
      {text.value?.before !== undefined && text.value.before !== text.value.after && (
        <Diff before={text.value.before} after={text.value.after} context={linesAround} />
      )}
      {text.value !== undefined && text.value.before === undefined && (
        <>
          <p className="soft">{file.nothingBefore}</p>
          <CodeBlock text={text.value.after} label={file.first} />
        </>
      )}
    </section>
  )
}
