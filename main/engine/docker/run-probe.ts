import { DockerError } from './docker-error.ts'
import { probeSpec } from './probe-spec.ts'
import type { ReadyImage } from './pull-images.ts'
import { openSession } from './session.ts'
import type { Site } from './site.ts'

/**
 * Runs a few lines of shell in a fresh container of an image, without network and mounts, to learn something about it.
 * @returns `undefined` where the image cannot run a shell.
 */
export async function runProbe(
  { engine, label, leftovers, base, hex }: Site,
  image: ReadyImage,
  script: string,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly printed: string } | undefined> {
  const name = `${base}-${hex}-probe`
  leftovers.noteContainer(name)
  try {
    const id = await engine.createContainer({
      name,
      spec: probeSpec({ image: image.reference, labels: label('preflight') }),
    })
    using session = await openSession(engine, id, signal)
    let printed = ''
    const exitCode = await session.finish(script, {
      stdout: async (chunk) => void (printed += chunk.toString()),
      stderr: async () => {},
    })
    return { exitCode, printed }
  } catch (error) {
    if (error instanceof DockerError && error.status !== undefined) return undefined
    throw error
  } finally {
    await engine.removeContainer(name, { volumes: true })
  }
}
