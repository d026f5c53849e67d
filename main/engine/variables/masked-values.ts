import type { JobContext } from '../job/context.ts'

// GitLab makes none as short; a test's placeholder must not mask every letter of a log.
const shortestToken = 8

/**
 * What a job's log must never show: values of masked variables, of file variables their content, trimmed, each once
 * (job-execution.md §9.3). Tokens the runner holds for the job are among them whether or not a variable carries them.
 */
export function maskedValues({
  job,
  runner,
  variables,
}: Pick<JobContext, 'job' | 'runner' | 'variables'>): readonly string[] {
  const tokens = [
    job.token,
    runner.token,
    ...job.credentials.map(({ password }) => password),
    ...job.dependencies.map(({ token }) => token),
  ]
  const phrases = [
    ...variables.list.filter(({ masked }) => masked).map(({ value }) => value.trim()),
    ...tokens.map((token) => token.trim()).filter((token) => token.length >= shortestToken),
  ]
  return [...new Set(phrases)].filter((phrase) => phrase !== '')
}
