import type { TokenCheck } from '../../main/contract/setup.ts'
import { useReader } from '../ui/reader.tsx'
import { useNow } from '../ui/use-now.ts'
import { Verdict } from '../ui/verdict.tsx'
import type { Checked } from './use-check.ts'

/** Whether a runner can be had with it. */
export const isUsable = (says: TokenCheck) =>
  says.state === 'runner' ||
  says.state === 'registration' ||
  (says.state === 'person' && says.mayCreate !== false)

/** What GitLab said of a token, in words. */
export function TokenVerdict({ check }: { readonly check: Checked<TokenCheck> }) {
  const { words, format, inSentences } = useReader()
  const now = useNow(60_000)
  const { token } = words.setup
  if (check.kind === 'idle') return null
  if (check.kind === 'failed') return <Verdict is="bad">{inSentences(check.why)}</Verdict>
  if (check.kind === 'asking') return <Verdict is="busy">{words.setup.checking}</Verdict>
  const { answer } = check
  switch (answer.state) {
    case 'runner': {
      const facts = [
        token.runner(answer.shortToken),
        ...(answer.id === undefined ? [] : [token.runnerId(answer.id)]),
        ...(answer.expiresAt === undefined ? [] : [token.expires(format.ago(answer.expiresAt, now))]),
      ]
      return (
        <>
          <Verdict is="good">{facts.join(', ')}</Verdict>
          {answer.isHere && <Verdict is="warn">{token.isHere}</Verdict>}
        </>
      )
    }
    case 'person':
      if (answer.mayCreate === false) return <Verdict is="bad">{token.mayNot}</Verdict>
      return (
        <Verdict is="good">
          {answer.user === undefined ? token.someone : token.person(answer.user)}
          {answer.version !== undefined && (
            <span className="soft"> · {words.setup.server.version(answer.version)}</span>
          )}
        </Verdict>
      )
    case 'registration':
      return <Verdict is="warn">{answer.certain ? token.registration : token.maybeRegistration}</Verdict>
    case 'wrong-kind':
      return <Verdict is="bad">{answer.kind === 'job' ? token.job : token.otherKind}</Verdict>
    case 'refused':
      return (
        <>
          <Verdict is="bad">{token.refused}</Verdict>
          <p className="hint">{inSentences(answer.problem)}</p>
        </>
      )
    case 'unavailable':
      return (
        <>
          <Verdict is="bad">{token.unavailable}</Verdict>
          <p className="hint">{inSentences(answer.problem)}</p>
        </>
      )
  }
}
