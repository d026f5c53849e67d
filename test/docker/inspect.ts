import { request } from 'node:http'
import { json } from 'node:stream/consumers'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { type Given, aPreparedJob, aSystemId } from './kit.ts'

export type Inspected = Readonly<Record<string, unknown>>

/** What an engine answers to a question, past our own port. */
export function ask({ about }: DockerEngine, path: string): Promise<Inspected> {
  const socketPath = about.endpoint.replace('unix://', '')
  return new Promise((resolve, reject) => {
    request(
      { socketPath, path },
      (answer) => void json(answer).then((value) => resolve(value as Inspected), reject),
    )
      .on('error', reject)
      .end()
  })
}

type Role = 'build' | 'helper' | 'service'

/** The containers a job has, by role. */
export async function containersOf(
  engine: DockerEngine,
  given: Given,
): Promise<Readonly<Record<Role, Inspected>>> {
  const systemId = aSystemId()
  await using job = await aPreparedJob({ systemId, variables: { GIT_STRATEGY: 'clone' }, ...given }, engine)
  void job
  const one = async (purpose: Role) => {
    const [found] = await engine.listContainers([
      `com.drydock.system-id=${systemId}`,
      `com.drydock.purpose=${purpose}`,
    ])
    return found === undefined ? {} : await ask(engine, `/containers/${found.id}/json`)
  }
  return { build: await one('build'), helper: await one('helper'), service: await one('service') }
}

export const hostConfig = (container: Inspected) => container['HostConfig'] as Inspected
