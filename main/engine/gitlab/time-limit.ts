import { say } from '../../contract/sentences/say.ts'
import { NoAnswer } from './network-problem.ts'

export interface TimeLimit {
  readonly signal: AbortSignal
  release(): void
}

/** A signal that also aborts after `ms`. Released by hand: a composite signal would live as long as the runner. */
export function limitTime(signal: AbortSignal, ms: number, host: string): TimeLimit {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  const timer = setTimeout(() => {
    controller.abort(new NoAnswer(say('net-too-late', { host, seconds: Math.round(ms / 1000) })))
  }, ms).unref()
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
