import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { pack, type Pack } from 'tar-stream'

import { say } from '../../../contract/sentences/say.ts'
import { parseTar } from '../../artifacts/parse-tar.ts'
import { DockerError } from '../../docker/docker-error.ts'
import { toolchainLabels } from '../../docker/labels.ts'
import type { DockerEngine } from '../../docker/port.ts'
import type { Entry, Fingerprint } from '../fingerprint/fingerprint.ts'
import { ToolchainProblem } from '../toolchain.ts'

export interface VolumeFilling {
  readonly engine: DockerEngine
  /** On this machine. */
  readonly folder: string
  /** Of the folder. */
  readonly fingerprint: Fingerprint
  readonly volume: string
  /** `name@version`. */
  readonly reference: string
  /** For the container everything goes through, which is never started. */
  readonly labels: Readonly<Record<string, string>>
}

export interface FillOptions {
  /** Bytes on the engine so far, and of all files. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface Filled {
  readonly files: number
  readonly bytes: number
  /** Files that an interrupted import had brought already. */
  readonly kept: number
}

const batchBytes = 64 * 1024 * 1024
const batchFiles = 5000
const at = '/toolchain'
const emptyImage = 'drydock/empty:1'

/**
 * Copies a folder into a named volume of the engine, wherever the engine runs: nothing has to be on its machine but
 * the engine. Interrupted, it goes on with what is missing; at the end everything is read back and held against the
 * fingerprint.
 * @throws ToolchainProblem where the volume is somebody else's, or holds something else in the end.
 */
export async function fillVolume(filling: VolumeFilling, options: FillOptions = {}): Promise<Filled> {
  const { engine, fingerprint, volume, reference, labels } = filling
  await claimVolume(filling)
  await using container = await openVolume(engine, volume, labels)
  const { entries, files, bytes } = fingerprint
  const begun = await readBack(engine, container.id, options.signal)
  const missing = entries.filter((entry) => !isSame(entry, begun.get(entry.path)))
  const kept = files - missing.filter(({ kind }) => kind === 'file').length
  let done = bytes - sizeOf(missing)
  for (const batch of inBatches(missing)) {
    options.signal?.throwIfAborted()
    await send(filling, container.id, batch, options.signal)
    done += sizeOf(batch)
    options.onProgress?.(done, bytes)
  }
  const found = missing.length === 0 ? begun : await readBack(engine, container.id, options.signal)
  const wrong = entries.find((entry) => !isSame(entry, found.get(entry.path)))
  if (wrong !== undefined)
    throw new ToolchainProblem(
      `${say('toolchain-volume-wrong', { volume, name: reference, file: wrong.path })}.`,
    )
  const known = new Set(entries.map((entry) => entry.path))
  const extra = [...found.keys()].find((one) => !known.has(one))
  if (extra !== undefined)
    throw new ToolchainProblem(`${say('toolchain-volume-extra', { volume, file: extra, name: reference })}.`)
  return { files, bytes, kept }
}

async function claimVolume({ engine, fingerprint, volume, reference }: VolumeFilling): Promise<void> {
  const own = toolchainLabels(reference, fingerprint.root)
  const there = (await engine.listVolumes([])).find(({ name }) => name === volume)
  if (there === undefined) return void (await engine.createVolume({ Name: volume, Labels: own }))
  const isOurs = Object.entries(own).every(([key, value]) => there.labels[key] === value)
  if (!isOurs) throw new ToolchainProblem(`${say('toolchain-volume-taken', { volume, name: reference })}.`)
}

/** A container of an empty image, for the engine shows a volume only in one. */
async function openVolume(
  engine: DockerEngine,
  volume: string,
  labels: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly id: string }> {
  if ((await engine.inspectImage(emptyImage)) === undefined) {
    const nothing = pack()
    nothing.entry({ name: 'toolchain/', type: 'directory' })
    nothing.finalize()
    await engine.importImage(emptyImage, Readable.from(nothing))
  }
  const id = await engine.createContainer({
    spec: {
      Image: emptyImage,
      Cmd: ['/never'],
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Binds: [`${volume}:${at}:nocopy`] },
    },
  })
  return {
    id,
    [Symbol.asyncDispose]: async () => {
      await engine.removeContainer(id, { volumes: false })
      // Another import may be using it.
      await engine.removeImage(emptyImage).catch((error: unknown) => {
        if (!(error instanceof DockerError)) throw error
      })
    },
  }
}

type Compared = Pick<Entry, 'kind' | 'executable' | 'target' | 'hash'>

const isSame = (entry: Compared, found: Compared | undefined): boolean =>
  found !== undefined &&
  entry.kind === found.kind &&
  entry.target === found.target &&
  (entry.kind !== 'file' || (entry.executable === found.executable && entry.hash === found.hash))

/** Everything the volume holds, read and hashed. */
async function readBack(
  engine: DockerEngine,
  container: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Compared>> {
  const found = new Map<string, Compared>()
  const tar = await engine.readArchive(container, `${at}/.`, signal)
  for await (const entry of parseTar(tar as AsyncIterable<Buffer>)) {
    const name = path.posix.normalize(entry.name).replace(/\/$/, '')
    if (name === '.') continue
    if (entry.type === 'hard-link') {
      const target = found.get(path.posix.normalize(entry.target))
      if (target !== undefined) found.set(name, target)
      continue
    }
    const hash = createHash('sha256')
    for await (const chunk of entry.content) hash.update(chunk)
    const kind = entry.type === 'directory' ? 'folder' : entry.type
    found.set(name, {
      kind,
      executable: kind === 'file' && (entry.mode & 0o111) !== 0,
      target: kind === 'link' ? entry.target : '',
      hash: kind === 'file' ? hash.digest('hex') : '',
    })
  }
  return found
}

function* inBatches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    batch.push(entry)
    bytes += entry.size
    if (bytes < batchBytes && batch.length < batchFiles) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

const sizeOf = (entries: readonly Entry[]) => entries.reduce((sum, { size }) => sum + size, 0)

async function send(
  { engine, folder }: VolumeFilling,
  container: string,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const tar = pack()
  const packing = packAll(tar, folder, entries).catch((error: unknown) => tar.destroy(error as Error))
  await engine.putArchive(container, at, Readable.from(tar), signal)
  await packing
}

async function packAll(tar: Pack, folder: string, entries: readonly Entry[]): Promise<void> {
  for (const { path: name, kind, target, size } of entries) {
    const stat = await lstat(path.join(folder, name))
    const common = { name, mode: stat.mode & 0o777, mtime: stat.mtime, uid: 0, gid: 0 }
    if (kind === 'folder') tar.entry({ ...common, name: `${name}/`, type: 'directory' })
    else if (kind === 'link') tar.entry({ ...common, type: 'symlink', linkname: target })
    else if (kind === 'file')
      await pipeline(createReadStream(path.join(folder, name)), tar.entry({ ...common, size }))
    else throw new ToolchainProblem(`${say('toolchain-volume-kind', { name })}.`)
  }
  tar.finalize()
}
