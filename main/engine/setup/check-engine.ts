import { statfs } from 'node:fs/promises'

import type { EngineCheck, LocalImage } from '../../contract/setup.ts'
import type { EndpointSettings } from '../docker/endpoint.ts'
import { EngineUnreachable } from '../docker/engine-unreachable.ts'
import type { DockerEngine } from '../docker/port.ts'
import type { SetupWorld } from './world.ts'

/** Whether jobs could run on an engine. @param engine with no host: the one found by itself. */
export async function checkEngine(
  { openDocker, dirs }: Pick<SetupWorld, 'openDocker' | 'dirs'>,
  engine: EndpointSettings,
): Promise<EngineCheck> {
  try {
    return await withDocker(openDocker, engine, async ({ about }) => {
      const { endpoint, because, version, os, architecture, hasNvidia } = about
      const { bavail, bsize } = await statfs(dirs.root)
      return {
        state: 'found' as const,
        endpoint,
        because,
        version,
        os,
        architecture,
        hasNvidia,
        freeBytes: bavail * bsize,
      }
    })
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error
    const { endpoint, problem, remedy } = error
    return { state: 'missing', endpoint, problem, remedy }
  }
}

// Asking about each one costs a request; nobody reads a longer list.
const mostImages = 200

/** The images an engine has, by name. Drydock's own and other helpers are none to run jobs in. */
export const listImages = (
  openDocker: SetupWorld['openDocker'],
  engine: EndpointSettings,
): Promise<readonly LocalImage[]> =>
  withDocker(openDocker, engine, async (docker) => {
    const listed = (await docker.listImages())
      .flatMap(({ names, size }) => names.map((name) => ({ name, size })))
      .filter(({ name }) => !/helper|<none>/.test(name))
      .slice(0, mostImages)
    const known = await Promise.all(
      listed.map(async ({ name, size }) => {
        const image = await docker.inspectImage(name)
        return (
          image && { name, size, architecture: image.architecture, fromRegistry: image.digests.length > 0 }
        )
      }),
    )
    return known
      .filter((image) => image !== undefined)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  })

export async function withDocker<T>(
  openDocker: SetupWorld['openDocker'],
  engine: EndpointSettings,
  use: (docker: DockerEngine) => Promise<T>,
): Promise<T> {
  const docker = await openDocker(engine)
  try {
    return await use(docker)
  } finally {
    docker.close()
  }
}
