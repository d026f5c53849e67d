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
    controller.abort(new NoAnswer(`${host} did not answer within ${Math.round(ms / 1000)} s`))
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
