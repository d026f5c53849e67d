import type { EventEmitter } from 'node:events'

/** What signals do to a running engine. */
export interface Stoppable {
  /** Takes no new jobs, lets the running ones finish. */
  finishJobsThenStop(): Promise<void>
  /**
   * Stops running jobs and reports them as interrupted.
   * @param reason as the job's log shows it, such as `aborted: terminated`
   * @returns whether every outcome was reported within `timeoutMs`
   */
  stopNow(reason: string, timeoutMs: number): Promise<boolean>
  /** Reads the configuration again. */
  reload(): Promise<void>
}

export interface SignalOptions {
  /** `process`, or a stand-in. */
  readonly source: Pick<EventEmitter, 'on' | 'off'>
  readonly engine: Stoppable
  /** Milliseconds; read when a forceful stop begins. */
  readonly shutdownTimeout: () => number
  readonly logger: { info(message: string): void; warn(message: string): void }
  /** Something else than a signal that ends the process, such as `--max-builds`. Finishes running jobs. */
  readonly enough?: Promise<void>
  /** Aborted when SIGTERM or SIGINT came while the engine was still starting. */
  readonly interrupted?: AbortSignal
}

/** Go's words, which job logs show. */
const words = { SIGTERM: 'terminated', SIGINT: 'interrupt' } as const

/**
 * Obeys signals until the engine has stopped (config-toml.md §10): SIGQUIT lets jobs finish, SIGTERM and SIGINT stop
 * them, a second one of those stops waiting, SIGHUP reloads.
 * @returns the exit code.
 */
export async function obeySignals(options: SignalOptions): Promise<number> {
  const { source, engine, shutdownTimeout, logger, enough, interrupted } = options
  const { promise: exited, resolve: exit, reject } = Promise.withResolvers<number>()
  let stopping: 'no' | 'gracefully' | 'forcefully' = 'no'

  function finish(): void {
    if (stopping !== 'no') return
    stopping = 'gracefully'
    engine.finishJobsThenStop().then(() => stopping === 'gracefully' && exit(0), reject)
  }

  function stop(signal: keyof typeof words): void {
    if (stopping === 'forcefully') {
      logger.warn(`${signal} again: not waiting for jobs to be reported`)
      return exit(1)
    }
    stopping = 'forcefully'
    logger.warn(`${signal}: stopping jobs and reporting them; once more to exit at once`)
    engine
      .stopNow(`aborted: ${words[signal]}`, shutdownTimeout())
      .then((inTime) => exit(inTime ? 0 : 1), reject)
  }

  const listeners = {
    SIGQUIT: () => {
      logger.info('SIGQUIT: taking no new jobs; running ones finish')
      finish()
    },
    SIGTERM: () => stop('SIGTERM'),
    SIGINT: () => stop('SIGINT'),
    SIGHUP: () => {
      logger.info('SIGHUP: reading the configuration again')
      engine.reload().catch(reject)
    },
  }
  void enough?.then(finish, reject)
  for (const [signal, listener] of Object.entries(listeners)) source.on(signal, listener)
  if (interrupted?.aborted === true) stop('SIGTERM')
  try {
    return await exited
  } finally {
    for (const [signal, listener] of Object.entries(listeners)) source.off(signal, listener)
  }
}
