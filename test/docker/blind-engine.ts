import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { answers } from '../../main/cli/demo/private-engine.ts'
import { importImages } from '../support/docker-engine.ts'

/**
 * A Docker engine that finds an empty folder where this machine has a full one, as a remote one or the virtual machine
 * of Docker Desktop does: it runs in a mount namespace, and a network, of its own.
 */
export async function startBlindEngine(folder: string): Promise<AsyncDisposable & { readonly host: string }> {
  await using stack = new AsyncDisposableStack()
  const place = await mkdtemp(join(tmpdir(), 'drydock-blind-'))
  stack.defer(() => rm(place, { recursive: true, force: true }))
  const socket = join(place, 'docker.sock')
  const flags = ['data-root', 'exec-root', 'pidfile'].map((flag) => `--${flag} ${join(place, flag)}`)
  const start = `mount -t tmpfs none "${folder}" && busybox ip link set lo up && exec dockerd ${flags.join(' ')} --host unix://${socket}`
  const dockerd = spawn('unshare', ['--mount', '--net', 'sh', '-c', start], { stdio: 'ignore' })
  const ended = once(dockerd, 'exit')
  stack.defer(async () => {
    dockerd.kill('SIGTERM')
    await ended
  })
  while (!(await answers(socket))) {
    if (dockerd.exitCode !== null)
      throw new Error('the second engine did not start: it needs root, util-linux and busybox')
    await setTimeout(100)
  }
  await importImages(`unix://${socket}`)
  const whole = stack.move()
  return { host: `unix://${socket}`, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}
