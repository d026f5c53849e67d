/** Attempts in all under every request (coordinator-api.md §2.5). */
export const httpAttempts = 5

const firstStep = 100
const longestStep = 60_000

// The reference waits as long as it is told. One request a minute burdens nobody, and neither a wrong clock nor a
// long maintenance holds back what could be delivered.
const longestAskedWait = 60_000

const retried = new Set([408, 429, 500, 502, 503, 504])

export function isRetried(status: number): boolean {
  return retried.has(status) || status >= 512
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1): what the server asks for, else a jittered
 * exponential step.
 * @param now wall clock, milliseconds.
 * @param random from 0 up to 1.
 */
export function waitAfter(
  attempt: number,
  header: (name: string) => string | undefined,
  now: number,
  random: () => number,
): number {
  const resetAt = Date.parse(header('ratelimit-resettime') ?? '')
  if (resetAt > now) return Math.min(resetAt - now, longestAskedWait)

  const retryAfter = header('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(retryAfter)) return Math.min(Number(retryAfter) * 1000, longestAskedWait)

  const step = Math.min(firstStep * 2 ** (attempt - 1), longestStep)
  return firstStep + random() * (step - firstStep)
}
