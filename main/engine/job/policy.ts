import type { JobPolicy } from './job.ts'

/** What the log says of the policy a job came from, before its first script (job-execution.md §2.6). */
export function policyLines({ name, variables }: JobPolicy): readonly string[] {
  return [`Job triggered by policy "${name}".`, wordsOn(variables)]
}

function wordsOn(variables: JobPolicy['variables']): string {
  if (variables === undefined) {
    return 'Variables defined in the policy take precedence over matching user-defined CI/CD variables for this job.'
  }
  const { allowed, except } = variables
  const exceptions = except.length > 0 ? ` (except for ${except.join(', ')})` : ''
  return `User-defined CI/CD variables are ${allowed ? 'allowed' : 'ignored'} in this job${exceptions} according to the policy.`
}
