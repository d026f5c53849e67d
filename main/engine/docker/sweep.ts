import { ownLabels } from './labels.ts'
import { removeJobNetwork } from './remove-job-network.ts'
import type { DockerEngine, Labelled } from './port.ts'
import { isEarlierRun } from './session-id.ts'

/**
 * Removes what dead sessions of this installation left behind: containers, networks and temporary volumes. Objects of
 * other installations, of gitlab-runner and of anybody else carry other labels or none, and are never touched.
 * @returns what was removed: `container NAME`, `network NAME`, `volume NAME`.
 */
export async function sweep(
  engine: DockerEngine,
  {
    systemId,
    sessionId,
    isHeld = () => false,
  }: {
    readonly systemId: string
    readonly sessionId: string
    /** By name: what of a job that is over stays for somebody to look into. */
    readonly isHeld?: (name: string) => boolean
  },
): Promise<readonly string[]> {
  const ours = [`${ownLabels.systemId}=${systemId}`]
  // The engine matches labels exactly; the session is compared here because it cannot match what is absent.
  const isDead = ({ name, labels }: Labelled) =>
    !isHeld(name) &&
    labels[ownLabels.systemId] === systemId &&
    isEarlierRun(labels[ownLabels.session], sessionId)
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers(ours),
    engine.listNetworks(ours),
    engine.listVolumes([...ours, 'com.gitlab.gitlab-runner.reusable=false']),
  ])
  return [
    // Networks and volumes can only go once nothing uses them.
    ...(await removeAll('container', containers.filter(isDead), ({ id }) =>
      engine.removeContainer(id, { volumes: true }),
    )),
    ...(await removeAll('network', networks.filter(isDead), ({ id }) => removeJobNetwork(engine, id))),
    ...(await removeAll('volume', volumes.filter(isDead), ({ id }) => engine.removeVolume(id))),
  ]
}

/** Goes on past failures: what cannot be removed now is found again by the next sweep. */
async function removeAll(
  what: string,
  found: readonly Labelled[],
  remove: (one: Labelled) => Promise<void>,
): Promise<readonly string[]> {
  const results = await Promise.allSettled(found.map((one) => remove(one)))
  return found.filter((_, at) => results[at]?.status === 'fulfilled').map(({ name }) => `${what} ${name}`)
}
