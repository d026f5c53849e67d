import type { AppStatus, RunnerSummary } from '../contract/status.ts'
import type { PauseReason } from './pause-rules.ts'
import type { Speech } from './speech.ts'

/** What the tray shows at a glance, by shape and colour. The first that holds, in this order. */
export type TrayState =
  | { readonly kind: 'offline'; readonly problem?: string }
  | { readonly kind: 'attention'; readonly problem: string }
  | { readonly kind: 'paused'; readonly why?: PauseReason }
  | { readonly kind: 'running'; readonly jobs: number }
  | { readonly kind: 'idle' }

export interface TrayCircumstances {
  /** Why Drydock paused by itself. */
  readonly why?: PauseReason
  readonly runners?: readonly RunnerSummary[]
}

/** @param status undefined while the engine has not spoken yet. */
export function trayStateOf(
  status: AppStatus | undefined,
  { why, runners = [] }: TrayCircumstances = {},
): TrayState {
  if (status === undefined) return { kind: 'offline' }
  const { docker, configProblems, paused, hindrance, running } = status
  const broken = configProblems.find(({ severity }) => severity === 'error')
  if (docker.state === 'unreachable') return { kind: 'attention', problem: docker.problem }
  if (broken !== undefined) return { kind: 'attention', problem: broken.message }
  if (paused) return why === undefined ? { kind: 'paused' } : { kind: 'paused', why }
  if (hindrance !== undefined) return { kind: 'attention', problem: hindrance }
  const unreachable = runners.flatMap(({ health }) => (health.state === 'offline' ? [health.problem] : []))
  const [problem] = unreachable
  if (problem !== undefined && unreachable.length === runners.length) return { kind: 'offline', problem }
  return running > 0 ? { kind: 'running', jobs: running } : { kind: 'idle' }
}

/** The tooltip, and the first line of the menu. */
export function trayText(state: TrayState, { words, inWords }: Speech): string {
  switch (state.kind) {
    case 'offline':
      return state.problem === undefined ? words.starting : words.trouble(inWords(state.problem))
    case 'attention':
      return words.trouble(inWords(state.problem))
    case 'paused':
      return words.paused(state.why === undefined ? words.pausedByUser : words.pauseReason(state.why))
    case 'running':
      return words.runs(state.jobs)
    case 'idle':
      return words.waits
  }
}
