import { inHeader } from '../toolchain/job-toolchains.ts'
import { nonDefaultFlags } from '../variables/feature-flags.ts'
import { compatibleVersion, drydockVersion } from '../version.ts'
import type { JobContext } from './context.ts'
import type { JobOutput } from './ports.ts'

export type HeaderFacts = Pick<JobContext, 'runner' | 'shortToken' | 'systemId' | 'flags' | 'toolchains'>

/** The first lines of every job's log (job-execution.md §2.2). */
export async function writeHeader(
  { runner, shortToken, systemId, flags, toolchains = [] }: HeaderFacts,
  output: JobOutput,
): Promise<void> {
  await output.plain(`Running with drydock ${drydockVersion} (gitlab-runner ${compatibleVersion})`)
  if (shortToken !== '') await output.plain(`  on ${runner.name} ${shortToken}, system ID: ${systemId}`)
  const changed = nonDefaultFlags(flags)
  if (changed.length > 0) {
    await output.plain(`  feature flags: ${changed.map(([name, on]) => `${name}:${on}`).join(', ')}`)
  }
  for (const toolchain of toolchains) await output.plain(inHeader(toolchain))
}
