import type { AppStatus, RunnerSummary } from '../contract/status.ts'

/** What the tray shows at a glance, by shape and colour. The first that holds, in this order. */
export type TrayState =
  | { readonly kind: 'offline'; readonly problem?: string }
  | { readonly kind: 'attention'; readonly problem: string }
  | { readonly kind: 'paused'; readonly why?: string }
  | { readonly kind: 'running'; readonly jobs: number }
  | { readonly kind: 'idle' }

export interface TrayCircumstances {
  /** Why Drydock paused by itself, such as `on battery`. */
  readonly why?: string
  readonly runners?: readonly RunnerSummary[]
}

/** @param status undefined while the engine has not spoken yet. */
export function trayStateOf(
  status: AppStatus | undefined,
  { why, runners = [] }: TrayCircumstances = {},
): TrayState {
  if (status === undefined) return { kind: 'offline' }
  const { docker, configProblems, paused, running } = status
  const broken = configProblems.find(({ severity }) => severity === 'error')
  if (docker.state === 'unreachable') return { kind: 'attention', problem: docker.problem }
  if (broken !== undefined) return { kind: 'attention', problem: broken.message }
  if (paused) return why === undefined ? { kind: 'paused' } : { kind: 'paused', why }
  const unreachable = runners.flatMap(({ health }) => (health.state === 'offline' ? [health.problem] : []))
  const [problem] = unreachable
  if (problem !== undefined && unreachable.length === runners.length) return { kind: 'offline', problem }
  return running > 0 ? { kind: 'running', jobs: running } : { kind: 'idle' }
}

/** The tooltip, and the first line of the menu. */
export function trayText(state: TrayState): string {
  switch (state.kind) {
    case 'offline':
      return state.problem === undefined ? 'Drydock is starting' : `Drydock: ${state.problem}`
    case 'attention':
      return `Drydock: ${state.problem}`
    case 'paused':
      return `Drydock is paused: ${state.why ?? 'no new job is taken'}`
    case 'running':
      return state.jobs === 1 ? 'Drydock runs 1 job' : `Drydock runs ${state.jobs} jobs`
    case 'idle':
      return 'Drydock waits for jobs'
  }
}
