import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { image } from './kinds.ts'

const run = promisify(execFile)

/** Docker's own command line on the engine of the soak. */
export const dockerOn =
  (host: string) =>
  async (...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await run('docker', ['-H', host, ...args], { maxBuffer: 1 << 26 })
    return stdout.split('\n').filter((line) => line !== '')
  }
export type DockerCommand = ReturnType<typeof dockerOn>

const label = 'drydock-soak=foreign'
// What gitlab-runner and another installation of Drydock would write.
const theirs = [
  'com.gitlab.gitlab-runner.managed=true',
  'com.drydock.system-id=s_somebodyelse',
  'com.drydock.session=another',
]
const labels = (...all: readonly string[]) => all.flatMap((one) => ['--label', one])

/** Objects of others, with and without labels like ours. */
export async function plantForeign(docker: DockerCommand): Promise<void> {
  await docker('network', 'create', ...labels(label, ...theirs), 'soak-foreign-network')
  await docker('network', 'create', ...labels(label), 'soak-foreign-plain-network')
  await docker('volume', 'create', ...labels(label, ...theirs), 'soak-foreign-volume')
  await docker('volume', 'create', ...labels(label), 'soak-foreign-plain-volume')
  // Its image declares a volume, so an anonymous one that is not ours is there, too.
  await docker('create', ...labels(label, ...theirs), '--name', 'soak-foreign-container', image, 'true')
  await docker('run', '-d', ...labels(label), '--name', 'soak-foreign-running', image, 'sleep', '100000')
}

/** Everything on the engine, each as `kind name`, anonymous volumes among it. */
export async function everythingOn(docker: DockerCommand): Promise<ReadonlySet<string>> {
  const [containers, networks, volumes] = await Promise.all([
    docker('ps', '-a', '--format', 'container {{.Names}}'),
    docker('network', 'ls', '--format', 'network {{.Name}}'),
    docker('volume', 'ls', '--format', 'volume {{.Name}}'),
  ])
  return new Set([...containers, ...networks, ...volumes])
}

export async function removeForeign(docker: DockerCommand): Promise<void> {
  await docker('rm', '-fv', 'soak-foreign-container', 'soak-foreign-running')
  await docker('network', 'rm', 'soak-foreign-network', 'soak-foreign-plain-network')
  await docker('volume', 'rm', 'soak-foreign-volume', 'soak-foreign-plain-volume')
}
