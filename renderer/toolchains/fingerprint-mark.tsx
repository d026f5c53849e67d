import type { FingerprintState, ToolchainContent } from '../../main/contract/toolchain.ts'
import { AlertIcon, FailedShape, HollowShape, PassedShape, RunningShape } from '../ui/icons.tsx'
import { useNow } from '../ui/use-now.ts'
import { useReader } from '../ui/reader.tsx'

/** How a toolchain's content is, in shape, colour and words. */
export function FingerprintMark({ state }: { readonly state: FingerprintState }) {
  const { words, format } = useReader()
  const { fingerprint: say } = words.toolchains
  const now = useNow(30_000)
  switch (state.state) {
    case 'none':
      return (
        <span className="status tone-none">
          <HollowShape /> {say.none}
        </span>
      )
    case 'computing':
      return (
        <span className="status tone-run">
          <RunningShape />
          {state.total === 0 ? say.looking : say.computing(format.percent(state.done / state.total))}
        </span>
      )
    case 'known':
      return state.verifiedAt === undefined ? (
        <span className="status tone-none">
          <HollowShape /> {say.recorded}
        </span>
      ) : (
        <span className="status" title={format.moment(state.verifiedAt)}>
          <span className="tone-good mark">
            <PassedShape />
          </span>
          {say.verified(format.ago(state.verifiedAt, now))}
        </span>
      )
    case 'drifted':
      return (
        <span className="status tone-warn">
          <AlertIcon /> {say.drifted(state.changeCount)}
        </span>
      )
    case 'failed':
      return (
        <span className="status tone-bad" title={state.problem}>
          <FailedShape /> {say.failed}
        </span>
      )
  }
}

/** What is known of the content, however old. */
export function contentOf(state: FingerprintState): ToolchainContent | undefined {
  if (state.state === 'known' || state.state === 'drifted') return state
  return state.state === 'computing' ? state.known : undefined
}
