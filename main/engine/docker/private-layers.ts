import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'

import { say } from '../../contract/sentences/say.ts'
import { asJobFailure } from './errors.ts'
import type { PrivateLayer } from './plan-volumes.ts'
import type { ReadyImage } from './pull-images.ts'
import type { Site } from './site.ts'

const upper = 'upper'
const work = 'work'

/**
 * Makes the layers that take what a job writes into a host folder it must not change. The engine lays one volume over
 * the folder (overlayfs, by its own driver `local`), the same for all containers of the job and for no other job. Both
 * volumes go with the job, or with the next sweep.
 */
export async function createPrivateLayers(site: Site, image: ReadyImage): Promise<void> {
  await Promise.all(site.volumes.layers.map((layer, index) => create(site, image, layer, index)))
}

async function create(
  site: Site,
  image: ReadyImage,
  { folder, written, merged }: PrivateLayer,
  index: number,
): Promise<void> {
  const { engine, volumes, label, leftovers, base, hex } = site
  const name = `${base}-${hex}-layer-${index}`
  leftovers.noteVolume(written.Name)
  leftovers.noteVolume(merged.Name)
  leftovers.noteContainer(name)
  try {
    const at = await engine.createVolume(written)
    // The engine unpacks into a container that never ran, so that nothing has to be on its machine for this.
    const container = await engine.createContainer({
      name,
      spec: {
        Image: image.reference,
        Cmd: ['true'],
        Labels: label('preflight'),
        HostConfig: { NetworkMode: 'none', Binds: [`${written.Name}:/layer:nocopy`] },
      },
    })
    await engine.putArchive(container, '/layer', await emptyLayer())
    await engine.removeContainer(container, { volumes: true })
    await engine.createVolume({
      ...merged,
      Driver: 'local',
      DriverOpts: {
        type: 'overlay',
        device: 'overlay',
        o: `lowerdir=${folder},upperdir=${at}/${upper},workdir=${at}/${work}`,
      },
    })
  } catch (error) {
    throw asJobFailure(error, { doing: say('doing-layer', { folder }), isWish: true, engine, volumes })
  }
}

/** Two folders as overlayfs wants them. The root is open to all, as that of every volume of a job. */
function emptyLayer(): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: `${upper}/`, type: 'directory', mode: 0o777 })
  tar.entry({ name: `${work}/`, type: 'directory', mode: 0o755 })
  tar.finalize()
  return buffer(tar)
}
