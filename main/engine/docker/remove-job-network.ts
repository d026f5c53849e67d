import type { DockerEngine } from './port.ts'

/** Takes everything off the network, also containers the job itself attached, then removes it. */
export async function removeJobNetwork(engine: DockerEngine, network: string): Promise<void> {
  const attached = await engine.containersOn(network)
  await Promise.all(attached.map((container) => engine.removeContainer(container, { volumes: true })))
  await engine.removeNetwork(network)
}
