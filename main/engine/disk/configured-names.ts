import type { Config } from '../config/schema.ts'
import { withTag } from '../docker/image-name.ts'
import { parseVolume } from '../docker/volume-spec.ts'

/** Images and volumes that the configuration names. A toolchain may be in either, and comes back slowly or never. */
export function configuredNames({ runners }: Config): ReadonlySet<string> {
  const names = runners.flatMap(({ docker }) => {
    if (docker === undefined) return []
    const volumes = docker.volumes.flatMap((entry) => {
      const parsed = parseVolume(entry)
      return parsed?.kind === 'named' ? [parsed.source] : []
    })
    const images = [docker.image, docker.helper_image, ...docker.services.map(({ name }) => name)]
    return [...volumes, ...images.filter((name) => name !== '').map(withTag)]
  })
  return new Set(names)
}
