import type { DockerEngine } from '../../engine/docker/port.ts'
import { hostImage, type HostImageKind } from './host-image.ts'

export const practiceImages = {
  image: 'drydock-practice/linux:1',
  helperImage: 'drydock-practice/helper:1',
} as const

/** Images of this machine's own programs: without a compiler, and without a registry to pull them from. */
export async function providePracticeImages(
  docker: DockerEngine,
  say: (line: string) => void,
): Promise<typeof practiceImages> {
  const wanted: readonly (readonly [string, HostImageKind])[] = [
    [practiceImages.image, 'plain'],
    [practiceImages.helperImage, 'with-git'],
  ]
  for (const [reference, kind] of wanted) {
    if ((await docker.inspectImage(reference)) !== undefined) continue
    say(`Making the image ${reference} from this machine's programs (no compiler among them) …`)
    await docker.importImage(reference, await hostImage(kind))
  }
  return practiceImages
}

/** What the practice GitLab's jobs run in: made of this machine where that is Linux, else the smallest usual image. */
export async function practiceImagesFor(
  docker: DockerEngine,
  say: (line: string) => void,
): Promise<{ readonly image: string; readonly helperImage?: string }> {
  return process.platform === 'linux' ? providePracticeImages(docker, say) : { image: 'debian:12-slim' }
}
