import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import { hostImage, type HostImageKind } from '../../main/cli/demo/host-image.ts'
import { answers, startPrivateEngine } from '../../main/cli/demo/private-engine.ts'
import { askEngine } from './ask-engine.ts'
import { busyboxImage } from './busybox-image.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** As `DOCKER_HOST` takes it; the engine of this test run. */
    dockerHost: string
  }
}

/** Images every test may count on. */
const images: Readonly<Record<string, () => Promise<NodeJS.ReadableStream>>> = {
  'drydock-test/helper:1': () => hostImage('with-git' satisfies HostImageKind),
  'drydock-test/debian:1': () => hostImage('plain'),
  'drydock-test/busybox:1': busyboxImage,
}

/**
 * One Docker engine for a whole run: the one `DRYDOCK_TEST_DOCKER_HOST` names, or a private one in a fresh folder that
 * is gone afterwards. Disposing ends it.
 */
async function openDockerHost(): Promise<AsyncDisposable & { readonly host: string }> {
  await using stack = new AsyncDisposableStack()
  const given = process.env['DRYDOCK_TEST_DOCKER_HOST']
  const host = given ?? (await ownEngine(stack))
  await importImages(host)
  const whole = stack.move()
  return { host, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}

async function ownEngine(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-engine-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  return stack.use(await startPrivateEngine(folder, (line) => console.log(line))).host
}

export async function withDockerHost(use: (dockerHost: string) => Promise<void>): Promise<void> {
  await using engine = await openDockerHost()
  await use(engine.host)
}

/** Vitest's global setup. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await openDockerHost()
  project.provide('dockerHost', engine.host)
  return async () => engine[Symbol.asyncDispose]()
}

/** Imports those that the engine does not have yet. */
export async function importImages(host: string): Promise<void> {
  const socketPath = host.replace('unix://', '')
  if (!(await answers(socketPath))) throw new Error(`No Docker engine answers at ${host}`)
  for (const [reference, make] of Object.entries(images)) {
    if (await isThere(socketPath, reference)) continue
    await importImage(socketPath, reference, await make())
  }
}

const isThere = async (socketPath: string, reference: string) =>
  (await askEngine(socketPath, 'GET', `/images/${reference}/json`)) === 200

async function importImage(socketPath: string, reference: string, tar: NodeJS.ReadableStream): Promise<void> {
  // Podman 4 does not look at tag, so the name carries it, too.
  const query = new URLSearchParams({ fromSrc: '-', repo: reference, tag: reference.split(':')[1] ?? '' })
  const status = await askEngine(socketPath, 'POST', `/images/create?${query}`, tar)
  if (status !== 200) throw new Error(`The engine refused to import ${reference}: ${status}`)
}
