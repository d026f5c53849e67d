import path from 'node:path'

import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'

import type { VolumePlan } from './plan-volumes.ts'
import type { DockerEngine } from './port.ts'
import type { Site } from './site.ts'

/** Creates the runner's volumes; one that exists already keeps the labels of its first creation. */
export async function createVolumes({ engine, volumes, leftovers, use, context }: Site): Promise<void> {
  await use.hold(`caches ${context.job.info.projectId}`)
  await Promise.all(
    volumes.volumes.map(async ({ temporary, spec }) => {
      if (temporary) leftovers.noteVolume(spec.Name)
      else await use.hold(`volume ${spec.Name}`)
      await engine.createVolume(spec)
    }),
  )
}

/**
 * Lets every user write to the roots of the runner's volumes (docker-executor.md §8.1). The engine unpacks an archive
 * as root into any container that mounts them, also one that never ran, so no container has to be started for it.
 */
export async function openVolumes(engine: DockerEngine, container: string, plan: VolumePlan): Promise<void> {
  for (const { destination } of plan.volumes) {
    const folder = path.posix.resolve('/', destination)
    // The engine skips an archive's entry for the folder it unpacks into, so the entry stands in its parent.
    const tar = pack()
    tar.entry({ name: `${path.posix.basename(folder)}/`, type: 'directory', mode: 0o777 })
    tar.finalize()
    await engine.putArchive(container, path.posix.dirname(folder), await buffer(tar))
  }
}
