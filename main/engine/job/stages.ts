import type { ContainerRole } from './ports.ts'

/** How the job stands when a stage is considered. */
export interface Progress {
  /** The first failure that counts, if any. */
  readonly failure: unknown
  /** A user step has begun: after_script and saving are owed. */
  readonly scripted: boolean
}

/** What a stage does: shell text in a container, or work of ours on the job's files. */
export type StageWork =
  | { readonly kind: 'script'; readonly runsIn: ContainerRole; readonly text: (progress: Progress) => string }
  | { readonly kind: 'task'; readonly run: (signal: AbortSignal) => Promise<void> }

/** Everything there is to know about a stage stands in its row. */
export interface Stage {
  /** GitLab's id of the stage, used in section markers. */
  readonly name: string
  readonly title: string
  readonly work: StageWork
  readonly due:
    | 'while_successful'
    /** After user steps began, whatever became of them. */
    | 'once_scripted'
    | 'after_success'
    | 'after_failure'
    | 'always'
  /** A user step: with its beginning, after_script is owed. */
  readonly isScript?: boolean
  /** Which request ends it: `cancel` leaves after_script and uploads to run, `abort` leaves nothing. */
  readonly stopsOn: 'cancel' | 'abort'
  /** Its failure ends the plan at once. */
  readonly endsPlan?: boolean
  /** What its failure means for the job. */
  readonly counts: 'fails-job' | 'warns' | 'is-noted'
  /** Which limit of job-execution.md §4 it runs under, beside the job's deadline. */
  readonly limit?: 'prepare' | 'sources' | 'script' | 'after_script'
  /** Total tries; 1 where the job sets none. */
  readonly attempts?: number
  /** Runs between the first and the second try, as part of the second. */
  readonly beforeSecondTry?: Stage
}

export function isDue(stage: Stage, { failure, scripted }: Progress): boolean {
  switch (stage.due) {
    case 'while_successful':
    case 'after_success':
      return failure === undefined
    case 'after_failure':
      return failure !== undefined
    case 'once_scripted':
      return scripted
    case 'always':
      return true
  }
}
