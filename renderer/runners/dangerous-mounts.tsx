import { isGiven, type DangerousMount, type MountConsent } from '../../main/contract/mount-policy.ts'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import './dangerous-mounts.css'

interface DangerousMountsProps {
  readonly dangers: readonly DangerousMount[]
  readonly consents: readonly MountConsent[]
  readonly onChange: (consents: MountConsent[]) => void
}

/** Those that are new and nobody has consented to yet. */
export const isOpen = (dangers: readonly DangerousMount[], consents: readonly MountConsent[]) =>
  dangers.some(
    ({ source, isInFile }) => !isInFile && !consents.some((one) => one.source === source && isGiven(one)),
  )

/** What mounts let jobs do; a new one is saved once somebody has typed its path and said what it is for. */
export function DangerousMounts({ dangers, consents, onChange }: DangerousMountsProps) {
  const { words, format, inSentences, gap } = useReader()
  const { danger } = words.runner
  if (dangers.length === 0) return null
  const consentTo = (source: string) =>
    consents.find((one) => one.source === source) ?? { source, typed: '', reason: '' }
  const change = (source: string, part: Partial<MountConsent>) =>
    onChange([...consents.filter((one) => one.source !== source), { ...consentTo(source), ...part }])
  return (
    <section className="dangers" aria-label={danger.title}>
      {dangers.map(({ source, why, isInFile, accepted }) => {
        const consent = consentTo(source)
        return (
          <div key={source} className="danger">
            <Verdict is={isInFile ? 'warn' : 'bad'}>
              <code>{source}</code>: {inSentences(why)}
              {gap}
              {isInFile && accepted && (
                <span className="soft">{danger.accepted(format.moment(accepted.at), accepted.reason)}</span>
              )}
            </Verdict>
            {!isInFile && (
              <>
                <Field
                  label={danger.typed(source)}
                  value={consent.typed}
                  onChange={(typed) => change(source, { typed })}
                  mono
                />
                <Field
                  label={danger.reason}
                  hint={danger.reasonHint}
                  value={consent.reason}
                  onChange={(reason) => change(source, { reason })}
                />
              </>
            )}
          </div>
        )
      })}
    </section>
  )
}
