import type { ProjectRecord } from '../records.ts'

/** Root groups in the order their first project was made; a group's id is its place, from 1. */
export const groupsOf = (projects: readonly ProjectRecord[]): readonly string[] => [
  ...new Set(projects.map(({ path }) => path.split('/')[0] ?? '')),
]
