import { say } from '../../contract/sentences/say.ts'
import { formatGoDuration, parseGoDuration } from '../../contract/go-duration.ts'
import type { Clock } from '../clock.ts'
import { JobFailure } from './outcome.ts'
import type { Stage } from './stages.ts'

export interface LimitSettings {
  /** Milliseconds from the start of preparation to the job's deadline. */
  readonly jobTimeout: number
  /** config.toml durations; `undefined`, unparsable or larger than the job's timeout = the job's timeout. */
  readonly prepareTimeout: string | undefined
  readonly sourcesTimeout: string | undefined
  /** `RUNNER_SCRIPT_TIMEOUT` and `RUNNER_AFTER_SCRIPT_TIMEOUT` as written. */
  readonly scriptTimeout: string
  readonly afterScriptTimeout: string
}

const afterScriptDefault = 5 * 60_000

/** Limits of the configuration that do not count, each as a sentence for the runner's own log (job-execution.md §4.1). */
export function idleLimits(
  runner: {
    readonly prepare_timeout?: string | undefined
    readonly get_sources_timeout?: string | undefined
  },
  jobTimeoutMs: number,
): readonly string[] {
  return (['prepare_timeout', 'get_sources_timeout'] as const).flatMap((key) => {
    const ms = parseGoDuration(runner[key] ?? '')
    if (ms === undefined || (ms > 0 && ms <= jobTimeoutMs)) return []
    const problem = ms > 0 ? 'is longer than' : 'is no time, so it is'
    return [`${key} = "${runner[key]}" ${problem} the job's timeout of ${formatGoDuration(jobTimeoutMs)}`]
  })
}

/**
 * The time limits of one job (job-execution.md §4.1–4.3). The job's own deadline runs from construction; every other
 * limit from the first time it is asked for. Each signal aborts with the failure to report.
 */
export class JobLimits implements Disposable {
  readonly deadline: AbortSignal
  /** Problems with the two script timeouts, for the log; complete once the first user step has asked for its limit. */
  readonly warnings: string[] = []
  readonly #clock: Clock
  readonly #settings: LimitSettings
  readonly #startedAt: number
  readonly #over = new AbortController()
  readonly #signals = new Map<NonNullable<Stage['limit']>, AbortSignal>()
  #scriptMs: number | undefined
  #afterScriptMs = afterScriptDefault

  constructor(clock: Clock, settings: LimitSettings) {
    this.#clock = clock
    this.#settings = settings
    this.#startedAt = clock.monotonic()
    this.deadline = this.#after(
      settings.jobTimeout,
      new JobFailure(
        'job_execution_timeout',
        say('job-too-long', { time: formatGoDuration(settings.jobTimeout) }),
      ),
    )
  }

  signal(limit: NonNullable<Stage['limit']>): AbortSignal {
    const known = this.#signals.get(limit)
    if (known !== undefined) return known
    const made = this.#begin(limit)
    this.#signals.set(limit, made)
    return made
  }

  /** Judges both script timeouts against the time left, which starts when the user steps do. */
  beginScripts(): void {
    const left = this.#settings.jobTimeout - (this.#clock.monotonic() - this.#startedAt)
    this.#scriptMs = this.#scriptLimit('RUNNER_SCRIPT_TIMEOUT', this.#settings.scriptTimeout, left)
    this.#afterScriptMs =
      this.#scriptLimit('RUNNER_AFTER_SCRIPT_TIMEOUT', this.#settings.afterScriptTimeout, left) ??
      afterScriptDefault
  }

  [Symbol.dispose](): void {
    this.#over.abort()
  }

  #begin(limit: NonNullable<Stage['limit']>): AbortSignal {
    switch (limit) {
      case 'prepare':
        return this.#configured(say('stage-prepare'), this.#settings.prepareTimeout)
      case 'sources':
        return this.#configured(say('stage-sources'), this.#settings.sourcesTimeout)
      case 'script':
        return this.#after(this.#scriptMs, new JobFailure('job_execution_timeout', say('script-timeout')))
      case 'after_script':
        return this.#after(
          this.#afterScriptMs,
          new JobFailure('job_execution_timeout', say('after-script-timeout')),
        )
    }
  }

  #configured(what: string, text: string | undefined): AbortSignal {
    const ms = text === undefined ? undefined : parseGoDuration(text)
    if (ms === undefined || ms <= 0 || ms > this.#settings.jobTimeout) return neverAborts
    return this.#after(
      ms,
      new JobFailure(
        'job_execution_timeout',
        say('stage-timeout', { stage: what, time: formatGoDuration(ms) }),
      ),
    )
  }

  /** @returns `undefined` for no limit of its own. */
  #scriptLimit(name: string, text: string, left: number): number | undefined {
    if (text.trim() === '') return undefined
    const ms = parseGoDuration(text)
    if (ms === undefined) return this.#warn(`Ignoring malformed ${name} timeout: ${text}`)
    if (ms < 0) return this.#warn(`Ignoring relative ${name} timeout: ${text}`)
    if (ms === 0) return undefined
    if (ms <= left) return ms
    this.warnings.push(`${name} timeout: ${text} is longer than job timeout. Setting to job timeout`)
    return left
  }

  #warn(text: string): undefined {
    this.warnings.push(text)
    return undefined
  }

  #after(ms: number | undefined, reason: JobFailure): AbortSignal {
    if (ms === undefined) return neverAborts
    const controller = new AbortController()
    this.#clock.sleep(ms, this.#over.signal).then(
      () => controller.abort(reason),
      // Disposed: the limit no longer matters.
      () => {},
    )
    return controller.signal
  }
}

const neverAborts = new AbortController().signal
