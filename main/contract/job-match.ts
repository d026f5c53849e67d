/** What of a job decides whether a runner gets it. */
export interface WantedJob {
  readonly tags: readonly string[]
  /** Its branch or tag is protected. */
  readonly isProtected: boolean
  /** It belongs to a merge request's pipeline, which protected runners never get. */
  readonly isMergeRequest?: boolean
}

/** What of a runner decides which jobs it gets. */
export interface OfferedRunner {
  readonly tags: readonly string[]
  readonly runUntagged: boolean
  /** Only jobs of protected branches and tags. */
  readonly protected: boolean
  readonly paused: boolean
}

export type Match =
  | { readonly comes: true }
  | { readonly comes: false; readonly why: 'paused' | 'untagged' | 'not-protected' | 'merge-request' }
  | { readonly comes: false; readonly why: 'missing-tags'; readonly missing: readonly string[] }

/**
 * Would this job come to this runner? Every tag of the job must be one of the runner's; a job without tags needs a
 * runner that runs untagged jobs (GitLab, "Configuring runners", tags). GitLab compares tags letter by letter.
 */
export function wouldCome(job: WantedJob, runner: OfferedRunner): Match {
  if (runner.paused) return { comes: false, why: 'paused' }
  const missing = job.tags.filter((tag) => !runner.tags.includes(tag))
  if (missing.length > 0) return { comes: false, why: 'missing-tags', missing }
  if (job.tags.length === 0 && !runner.runUntagged) return { comes: false, why: 'untagged' }
  if (runner.protected && job.isMergeRequest === true) return { comes: false, why: 'merge-request' }
  if (runner.protected && !job.isProtected) return { comes: false, why: 'not-protected' }
  return { comes: true }
}

/** Tags with `$NAME` and `${NAME}` put in, as GitLab does before it looks for a runner; unknown names are empty. */
export function expandTags(
  tags: readonly string[],
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  return tags
    .map((tag) =>
      tag.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
        const name = braced ?? plain ?? ''
        return Object.hasOwn(variables, name) ? (variables[name] ?? '') : ''
      }),
    )
    .filter((tag) => tag !== '')
}

/** Tags as people write them: separated by commas, spaces around them and repetitions dropped. */
export const readTags = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]
