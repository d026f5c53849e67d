import { pino, type Logger } from 'pino'

import type { Clock } from '../../../main/engine/clock.ts'
import { runnerSchema, type RunnerConfig } from '../../../main/engine/config/schema.ts'
import { apiUrlOf } from '../../../main/engine/gitlab/api-url.ts'
import { createTransport, type Transport, type TransportOptions } from '../../../main/engine/gitlab/http.ts'

/** A clock on which waiting takes no time; it keeps how long was waited. */
export function hastyClock(start = Date.UTC(2026, 0, 1)): Clock & { readonly waits: number[] } {
  const waits: number[] = []
  let elapsed = 0
  return {
    waits,
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      waits.push(ms)
      elapsed += ms
    },
  }
}

/** A logger that keeps everything it is told, whatever the level. */
export function keptLog(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  return { logger, lines }
}

export const silent = pino({ level: 'silent' })

export const never = new AbortController().signal

export function transportTo(
  url: string,
  options: Partial<TransportOptions> = {},
): Transport & AsyncDisposable {
  const apiUrl = apiUrlOf(url)
  if (!apiUrl) throw new Error(`not a URL: ${url}`)
  const transport = createTransport({
    apiUrl,
    tls: { ca: '', cert: '', key: '' },
    certsDir: '/nonexistent',
    env: {},
    clock: hastyClock(),
    logger: silent,
    random: () => 1,
    ...options,
  })
  return { ...transport, [Symbol.asyncDispose]: () => transport.close() }
}

export function aRunner(runner: Partial<RunnerConfig> & { readonly url: string }): RunnerConfig {
  return { ...runnerSchema.parse({ executor: 'docker', url: runner.url, token: 'glrt-canary' }), ...runner }
}
