import type { RunnerConfig } from './schema.ts'

type Dated = Pick<RunnerConfig, 'token' | 'token_obtained_at' | 'token_expires_at'>

/** When the token ends, in milliseconds since the epoch; `undefined` = never. The file writes year 1 for never. */
export const tokenExpiry = ({ token_expires_at: expires }: Dated): number | undefined =>
  expires === undefined || expires.getUTCFullYear() <= 1 ? undefined : expires.getTime()

/** Whether the token is replaced by itself at all. */
export const isRotated = ({ feature_flags }: Pick<RunnerConfig, 'feature_flags'>): boolean =>
  feature_flags['FF_DISABLE_AUTOMATIC_TOKEN_ROTATION'] !== true

/** When the token is to be replaced: after three quarters of its life (coordinator-api.md §4.5). */
export function rotationDue(runner: Dated): number | undefined {
  const expires = tokenExpiry(runner)
  if (expires === undefined || runner.token === '') return undefined
  const obtained = runner.token_obtained_at
  // Nobody knows how much of its life is left, so the sooner the better.
  if (obtained === undefined || obtained.getUTCFullYear() <= 1) return 0
  return obtained.getTime() + 0.75 * (expires - obtained.getTime())
}
