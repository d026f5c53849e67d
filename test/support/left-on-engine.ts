import { readFile } from 'node:fs/promises'

import { shortToken } from '../../main/contract/token.ts'
import { connectDocker } from '../../main/engine/docker/connect.ts'
import type { Labelled } from '../../main/engine/docker/port.ts'
import type { RunnerUnderTest } from './runner-under-test.ts'

/**
 * What a runner left on the engine and should not have: `kind name`. The volumes it keeps between jobs on purpose are
 * removed.
 */
export async function leftOnEngine(
  dockerHost: string,
  { configFile }: Pick<RunnerUnderTest, 'configFile'>,
): Promise<readonly string[]> {
  // The system id is the machine's, so the runners' own tokens tell them from those of other tests.
  const tokens = [...(await readFile(configFile, 'utf8')).matchAll(/^ *token = "(.+)"/gm)].map(([, token]) =>
    shortToken(token ?? ''),
  )
  const ofRunner = 'com.gitlab.gitlab-runner.runner.id'
  const isOurs = ({ labels }: Labelled) => tokens.includes(labels[ofRunner] ?? '')
  const around = { env: {}, platform: process.platform, home: '/nonexistent' }
  const engine = await connectDocker({ host: dockerHost }, around)
  try {
    const labels = [ofRunner]
    const all = await Promise.all([
      engine.listContainers(labels),
      engine.listNetworks(labels),
      engine.listVolumes(labels),
    ])
    const [containers = [], networks = [], volumes = []] = all.map((found) => found.filter(isOurs))
    const isKept = ({ labels: known }: Labelled) => known['com.gitlab.gitlab-runner.reusable'] !== 'false'
    const left = [
      ...containers.map(({ name }) => `container ${name}`),
      ...networks.map(({ name }) => `network ${name}`),
      ...volumes.filter((one) => !isKept(one)).map(({ name }) => `volume ${name}`),
    ]
    if (containers.length === 0) {
      for (const { name } of volumes.filter(isKept)) await engine.removeVolume(name)
    }
    return left
  } finally {
    engine.close()
  }
}
