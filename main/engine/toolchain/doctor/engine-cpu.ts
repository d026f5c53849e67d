import { buffer } from 'node:stream/consumers'

import { pack } from 'tar-stream'

import { DockerError } from '../../docker/docker-error.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { tinyProgram } from '../elf/tiny-program.ts'

/** The processor programs run on, whatever their image says of itself. */
export interface EngineCpu {
  /** As images spell it: `amd64`, `arm64`, … */
  readonly architecture: string
  /** Does the engine run programs of another one? */
  emulates(architecture: string): Promise<boolean>
}

/** Architectures as kernels spell them. */
const spelled: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i686: '386',
  i386: '386',
  mips64: 'mips64le',
  loongarch64: 'loong64',
}

const answerWithinMs = 20_000

/**
 * Whether emulation is set up is seen from outside by nothing but a program that runs, so one is run: a hundred bytes
 * put into a container of an image that is there. Each architecture is tried once.
 */
export function engineCpu(
  engine: DockerEngine,
  imageId: string,
  labels: Readonly<Record<string, string>>,
): EngineCpu {
  const tried = new Map<string, Promise<boolean>>()
  const own = spelled[engine.about.architecture] ?? engine.about.architecture
  return {
    architecture: own,
    emulates: (architecture) => {
      if (architecture === own) return Promise.resolve(true)
      const known = tried.get(architecture)
      if (known !== undefined) return known
      const fresh = runs(engine, imageId, labels, architecture)
      tried.set(architecture, fresh)
      return fresh
    },
  }
}

async function runs(
  engine: DockerEngine,
  Image: string,
  Labels: Readonly<Record<string, string>>,
  architecture: string,
): Promise<boolean> {
  const program = tinyProgram(architecture)
  if (program === undefined) return false
  const signal = AbortSignal.timeout(answerWithinMs)
  const name = 'drydock-probe'
  const id = await engine.createContainer({
    spec: {
      Image,
      Entrypoint: [`/${name}`],
      Cmd: [],
      User: '0',
      Labels,
      HostConfig: { NetworkMode: 'none' },
    },
  })
  try {
    const tar = pack()
    tar.entry({ name, mode: 0o755 }, program)
    tar.finalize()
    await engine.putArchive(id, '/', await buffer(tar), signal)
    const exit = await engine.watchExit(id, 'next-exit', signal)
    await engine.startContainer(id, signal)
    return (await exit.exitCode) === 0
  } catch (error) {
    // The engine says "exec format error" where nothing runs the program.
    if (error instanceof DockerError && error.status !== undefined) return false
    throw error
  } finally {
    await engine.removeContainer(id, { volumes: true })
  }
}
