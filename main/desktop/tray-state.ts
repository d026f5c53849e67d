import type { AppStatus } from '../contract/status.ts'

/** What the tray shows at a glance, by shape and colour. The first that holds, in this order. */
export type TrayState =
  | { readonly kind: 'offline' }
  | { readonly kind: 'attention'; readonly problem: string }
  | { readonly kind: 'paused' }
  | { readonly kind: 'running'; readonly jobs: number }
  | { readonly kind: 'idle' }

/** @param status undefined while the engine has not spoken yet. */
export function trayStateOf(status: AppStatus | undefined): TrayState {
  if (status === undefined) return { kind: 'offline' }
  const { docker, configProblems, paused, running } = status
  const broken = configProblems.find(({ severity }) => severity === 'error')
  if (docker.state === 'unreachable') return { kind: 'attention', problem: docker.problem }
  if (broken !== undefined) return { kind: 'attention', problem: broken.message }
  if (paused) return { kind: 'paused' }
  return running > 0 ? { kind: 'running', jobs: running } : { kind: 'idle' }
}

/** The tooltip, and the first line of the menu. */
export function trayText(state: TrayState): string {
  switch (state.kind) {
    case 'offline':
      return 'Drydock is starting'
    case 'attention':
      return `Drydock: ${state.problem}`
    case 'paused':
      return 'Drydock is paused: no new job is taken'
    case 'running':
      return state.jobs === 1 ? 'Drydock runs 1 job' : `Drydock runs ${state.jobs} jobs`
    case 'idle':
      return 'Drydock waits for jobs'
  }
}
