import { Button } from 'react-aria-components'

import type { ShelvedVersion } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { contentOf, FingerprintMark } from './fingerprint-mark.tsx'
import { useAct } from './use-act.ts'
import '../ui/progress.css'

interface ContentProps {
  readonly version: ShelvedVersion
  readonly connection: Connection
}

/** What is in the folder, and whether it still is what was recorded. */
export function Content({ version, connection }: ContentProps) {
  const { words, format, inSentences } = useReader()
  const { fingerprint: say } = words.toolchains
  const { form, fingerprint, isFolderThere } = version
  const act = useAct(connection)
  const content = contentOf(fingerprint)
  const isLooking = fingerprint.state === 'computing'
  const verify = () => act.run((api) => api.verifyToolchain({ name: form.name, version: form.version }))
  return (
    <section className="toolchain-part">
      <div className="row-between">
        <h2>{say.title}</h2>
        <Button
          className="button bare"
          isDisabled={isLooking || !isFolderThere}
          onPress={() => void verify()}
        >
          {say.again}
        </Button>
      </div>
      <FingerprintMark state={fingerprint} />
      {isLooking && fingerprint.total > 0 && (
        <progress
          className="progress"
          aria-label={say.title}
          value={fingerprint.done}
          max={fingerprint.total}
        />
      )}
      {fingerprint.state === 'failed' && <p className="tone-bad">{inSentences(fingerprint.problem)}</p>}
      {content && (
        <p className="soft">
          {format.size(content.bytes)} · {words.toolchains.files(content.files)} ·{' '}
          <span className="mono" title={content.root}>
            {content.root.slice(0, 12)}
          </span>
        </p>
      )}
    </section>
  )
}
