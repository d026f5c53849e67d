import { posix } from 'node:path'

import type { JobArtifact } from '../job/job.ts'
import { BadSubstitution, expandWords, type Environment } from './expand-words.ts'

const endings: Readonly<Record<JobArtifact['format'], string>> = {
  zip: '.zip',
  zipzstd: '.zip',
  '': '.zip',
  gzip: '.gz',
  tarzstd: '.tar.zst',
  raw: '',
}

/** An artifact's name with its variables replaced; `problem` where that cannot be done and the name stands as written. */
export function expandedName(
  { name }: Pick<JobArtifact, 'name'>,
  environment: Environment,
): { readonly name: string; readonly problem?: string } {
  const written = name === '' ? 'artifacts' : name
  try {
    return { name: expandWords(written, environment) }
  } catch (error) {
    if (!(error instanceof BadSubstitution)) throw error
    return { name: written, problem: `invalid artifact name: ${error.message}` }
  }
}

/** The name GitLab gives to whoever downloads the artifact (job-execution.md §11.3). */
export function filenameOf(name: string, format: JobArtifact['format']): string {
  const base = posix.basename(name)
  return (base === '' || base === '.' ? 'default' : base) + endings[format]
}
