import type { ConfigProblem } from '../../contract/status.ts'
import { locateFindings, parseConfig, type ParseOptions } from './parse-config.ts'
import { findTraps } from './traps.ts'

export interface LintReport {
  /** Errors, and keys nobody reads: with any of them `lint` fails. */
  readonly problems: readonly ConfigProblem[]
  /** What is right but rarely meant. */
  readonly advice: readonly ConfigProblem[]
}

export interface LintOptions extends ParseOptions {
  /** Milliseconds since the epoch. */
  readonly now?: number
}

/** Everything that can be said of a config.toml without asking GitLab or Docker. */
export function lintConfig(text: string, options: LintOptions = {}): LintReport {
  const { config, problems } = parseConfig(text, options)
  const traps = config ? findTraps(config, options.now ?? Date.now()) : []
  return { problems, advice: locateFindings(text, traps) }
}
