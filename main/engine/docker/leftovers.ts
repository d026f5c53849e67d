import type { DockerEngine } from './port.ts'
import { removeJobNetwork } from './remove-job-network.ts'

export interface LeftoverNames {
  readonly containers: readonly string[]
  readonly volumes: readonly string[]
  readonly networks: readonly string[]
}

/** What of a job must go when it is over, noted before it is made so that nothing is forgotten. */
export interface Leftovers {
  /** What was noted so far. */
  readonly names: LeftoverNames
  noteContainer(name: string): void
  noteVolume(name: string): void
  noteNetwork(name: string): void
  /**
   * Containers first, all at once, then volumes and network. Goes on past failures.
   * @returns what could not be removed, each as a sentence.
   */
  remove(
    engine: DockerEngine,
    options: { readonly keepAnonymousVolumes: boolean },
  ): Promise<readonly string[]>
}

export function createLeftovers(known?: LeftoverNames): Leftovers {
  const containers = new Set(known?.containers)
  const volumes = new Set(known?.volumes)
  const networks = new Set(known?.networks)
  return {
    get names() {
      return { containers: [...containers], volumes: [...volumes], networks: [...networks] }
    },
    noteContainer: (name) => void containers.add(name),
    noteVolume: (name) => void volumes.add(name),
    noteNetwork: (name) => void networks.add(name),
    remove: async (engine, { keepAnonymousVolumes }) => {
      const problems: string[] = []
      const each = (names: Iterable<string>, what: string, removeOne: (name: string) => Promise<void>) =>
        Promise.all(
          [...names].map(async (name) => {
            try {
              await removeOne(name)
            } catch (error) {
              problems.push(
                `Cannot remove the ${what} ${name}: ${error instanceof Error ? error.message : String(error)}`,
              )
            }
          }),
        )
      await each(containers, 'container', (name) =>
        engine.removeContainer(name, { volumes: !keepAnonymousVolumes }),
      )
      await Promise.all([
        each(volumes, 'volume', (name) => engine.removeVolume(name)),
        each(networks, 'network', (name) => removeJobNetwork(engine, name)),
      ])
      return problems
    },
  }
}
