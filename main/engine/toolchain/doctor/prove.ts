import type { DockerEngine, Image } from '../../docker/port.ts'
import { runToEnd, tryContainer } from '../../docker/try-container.ts'
import { searchFolders, type Toolchain } from '../toolchain.ts'
import { imagePath } from './check-image.ts'

/** What came of running one program for real. */
export interface Proof {
  readonly program: string
  readonly exitCode: number
  /** The first line it printed. */
  readonly printed: string
}

type Labels = Readonly<Record<string, string>>

const runWithinMs = 20_000

/**
 * Runs programs with `--version` in the image, each in a container of its own with the toolchain mounted read-only and
 * its variables set, as the image's user, without network. No shell is needed.
 */
export async function prove(
  engine: DockerEngine,
  image: Image,
  toolchain: Toolchain,
  programs: readonly string[],
  labels: Labels,
): Promise<readonly Proof[]> {
  const signal = AbortSignal.timeout(runWithinMs)
  return Promise.all(
    programs.map(async (program) => {
      const spec = {
        Image: image.id,
        Entrypoint: [program],
        Cmd: ['--version'],
        Env: environmentIn(image, toolchain),
        ...(image.user !== '' && { User: image.user }),
        Labels: labels,
        AttachStdout: true,
        AttachStderr: true,
        HostConfig: { NetworkMode: 'none', Mounts: [mountOf(toolchain)] },
      }
      const { exitCode, printed } = await runToEnd(engine, spec, signal)
      return { program, exitCode, printed: inShort(printed) }
    }),
  )
}

/** The first line; of an engine's refusal what is not about how the engine works inside. */
const inShort = (printed: string): string =>
  (printed.split('\n')[0] ?? '').replace(/^.*OCI runtime.*(?=exec: ")/, '').replace(/: unknown$/, '')

/** The variables a job's script sees, search paths included. */
export function environmentIn(image: Pick<Image, 'env'>, toolchain: Toolchain): readonly string[] {
  const { path, libraryPath } = searchFolders(toolchain)
  return [
    ...Object.entries(toolchain.variables).map(([name, value]) => `${name}=${value}`),
    `PATH=${[...path, ...imagePath(image)].join(':')}`,
    ...(libraryPath.length > 0 ? [`LD_LIBRARY_PATH=${libraryPath.join(':')}`] : []),
  ]
}

/** As a mount, not as a bind: a folder the engine does not have is refused, not made (docker-executor.md §18.6). */
export const mountOf = ({ folder, volume, mountPoint }: Toolchain) =>
  ({
    Type: volume === undefined ? 'bind' : 'volume',
    Source: volume ?? folder,
    Target: mountPoint,
    ReadOnly: true,
  }) as const

/**
 * Does the engine see the folder we see? A remote engine, or the virtual machine of Docker Desktop, may have another
 * one, or none, at the same path.
 * @param witness path in the container of a file that lies in the folder here.
 */
export async function isSeenByEngine(
  engine: DockerEngine,
  image: Image,
  toolchain: Toolchain,
  witness: string,
  labels: Labels,
): Promise<'seen' | 'missing' | 'different'> {
  const { volume } = toolchain
  // The engine would make a volume that is missing.
  if (volume !== undefined && !(await engine.listVolumes([])).some(({ name }) => name === volume))
    return 'missing'
  const mounts = { NetworkMode: 'none', Mounts: [mountOf(toolchain)] }
  await using tried = await tryContainer(engine, {
    Image: image.id,
    Cmd: ['true'],
    Labels: labels,
    HostConfig: mounts,
  })
  if (tried.kind === 'refused') return 'missing'
  return (await engine.statPath(tried.id, witness)) === undefined ? 'different' : 'seen'
}
