import type { Quit } from './quit.ts'

/** What is asked of Electron's `powerMonitor`. */
export interface ShutdownSource {
  on(event: 'shutdown', listener: (...given: unknown[]) => void): unknown
}

/** What is asked of `process`. */
export interface SignalSource {
  on(event: NodeJS.Signals, listener: () => void): unknown
}

/**
 * Stops the engine in time when the machine or the session ends. SIGQUIT lets running jobs finish, as it does headless.
 * Windows tells its windows instead, see `session-end`.
 */
export function endWithSession(
  power: ShutdownSource,
  signals: SignalSource,
  quit: Pick<Quit, 'becauseToldTo' | 'afterJobs'>,
): void {
  const end = () => void quit.becauseToldTo().catch(() => undefined)
  // Declared without its event, which is there: unless it is held the system does not wait.
  power.on('shutdown', (event) => {
    if (isPreventable(event)) event.preventDefault()
    end()
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) signals.on(signal, end)
  signals.on('SIGQUIT', () => void quit.afterJobs().catch(() => undefined))
}

const isPreventable = (event: unknown): event is { preventDefault(): void } =>
  typeof event === 'object' && event !== null && 'preventDefault' in event
