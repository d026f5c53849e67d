import type { EngineCheck } from '../../main/contract/setup.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import type { Checked } from './use-check.ts'

const scarceBytes = 5 * 1024 ** 3

/** Whether jobs could run on an engine, and what would help. */
export function EngineVerdict({ check }: { readonly check: Checked<EngineCheck> }) {
  const { words, format, inWords, inSentences, gap } = useReader()
  const { docker } = words.setup
  if (check.kind === 'failed') return <Verdict is="bad">{inSentences(check.why)}</Verdict>
  if (check.kind !== 'answered') return <Verdict is="busy">{words.setup.checking}</Verdict>
  const { answer } = check
  if (answer.state === 'missing') {
    return (
      <Verdict is="bad">
        {inSentences(answer.problem)}
        {gap}
        <span className="soft">{inSentences(answer.remedy)}</span>
      </Verdict>
    )
  }
  const free = format.size(answer.freeBytes)
  return (
    <>
      <Verdict is="good">
        {docker.found(answer.version, answer.architecture)}
        <span className="soft"> · {docker.because(inWords(answer.because))}</span>
      </Verdict>
      {answer.freeBytes < scarceBytes ? (
        <Verdict is="warn">{docker.scarce(free)}</Verdict>
      ) : (
        <Verdict is="good">{docker.free(free)}</Verdict>
      )}
    </>
  )
}
