import type { Match } from '../../main/contract/job-match.ts'
import type { Words } from '../words/en.ts'

/** Whether a job comes, and why not. */
export function matchWords(match: Match, checker: Words['runner']['checker']): string {
  if (match.comes) return checker.comes
  return match.why === 'missing-tags' ? checker.missing(match.missing.join(', ')) : checker.why[match.why]
}
