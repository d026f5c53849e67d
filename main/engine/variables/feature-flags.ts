/** Resolved value of each flag of job-execution.md §15, in registry order. */
export type FeatureFlags = ReadonlyMap<string, boolean>
