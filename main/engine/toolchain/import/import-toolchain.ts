import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

import { say } from '../../../contract/sentences/say.ts'
import { parseTar } from '../../artifacts/parse-tar.ts'
import type { DockerEngine, Image } from '../../docker/port.ts'
import { ToolchainProblem } from '../toolchain.ts'
import { archiveEntries } from './archive-entries.ts'
import { unpackTree, type TreeEntry, type Unpacked, type UnpackOptions } from './unpack-tree.ts'

export interface ArchiveOptions extends Omit<UnpackOptions, 'confirm'> {
  /** What the vendor says the archive's SHA-256 is, in hex. */
  readonly sha256?: string
}

/** Unpacks an archive into a folder. @throws ToolchainProblem; the folder is there whole or not at all. */
export async function importArchive(
  file: string,
  destination: string,
  { sha256, ...options }: ArchiveOptions = {},
): Promise<Unpacked> {
  // Checked first: nothing of an archive that is not the vendor's is unpacked.
  if (sha256 !== undefined) {
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
    const found = hash.digest('hex')
    if (found !== sha256.toLowerCase())
      throw new ToolchainProblem(`${say('toolchain-checksum', { file, found, wanted: sha256 })}.`)
  }
  return unpackTree(archiveEntries(file), destination, options)
}

export interface ImportedFromImage extends Unpacked {
  /** A Dockerfile for the same image without the toolchain. */
  readonly dockerfile: string
}

/**
 * Takes a folder out of an image, which is not run: the way from a fat image to a toolchain and a slim one.
 * @param folder absolute, in the image.
 */
export async function importFromImage(
  engine: DockerEngine,
  {
    image: name,
    folder,
    labels,
  }: { readonly image: string; readonly folder: string; readonly labels: Readonly<Record<string, string>> },
  destination: string,
  options: UnpackOptions = {},
): Promise<ImportedFromImage> {
  const image = await engine.inspectImage(name)
  if (image === undefined)
    throw new ToolchainProblem(
      `${say('toolchain-no-image', { image: name, command: `docker pull ${name}` })}.`,
    )
  const id = await engine.createContainer({
    spec: { Image: image.id, Cmd: ['true'], Labels: labels, HostConfig: { NetworkMode: 'none' } },
  })
  try {
    const stat = await engine.statPath(id, folder)
    const at = stat?.kind === 'link' ? stat.target : folder
    const there = stat?.kind === 'link' ? await engine.statPath(id, at) : stat
    if (there?.kind !== 'folder')
      throw new ToolchainProblem(`${say('toolchain-image-no-folder', { image: name, folder })}.`)
    const tar = await engine.readArchive(id, at, options.signal)
    const base = at.split('/').findLast(Boolean) ?? ''
    const unpacked = await unpackTree(
      below(base, parseTar(tar as AsyncIterable<Buffer>)),
      destination,
      options,
    )
    return { ...unpacked, dockerfile: slimDockerfile(name, image, at) }
  } finally {
    await engine.removeContainer(id, { volumes: true })
  }
}

/** The engine puts everything into a folder of its own name; what is in it is what was asked for. */
async function* below(base: string, entries: AsyncIterable<TreeEntry>): AsyncGenerator<TreeEntry> {
  const inside = (name: string) =>
    name === base ? '.' : name.startsWith(`${base}/`) ? name.slice(base.length + 1) : name
  for await (const entry of entries) {
    const target = entry.type === 'hard-link' ? inside(entry.target) : entry.target
    yield { ...entry, name: inside(entry.name), target }
  }
}

/** A layer that removes files saves nothing: the image is made anew from what is left. */
function slimDockerfile(name: string, { env, user, entrypoint }: Image, folder: string): string {
  return [
    `FROM ${name} AS fat`,
    ...(user === '' ? [] : ['USER 0']),
    `RUN rm -rf ${JSON.stringify(folder)}`,
    'FROM scratch',
    'COPY --from=fat / /',
    ...env.map((entry) => {
      const at = entry.indexOf('=')
      return `ENV ${entry.slice(0, at)}=${JSON.stringify(entry.slice(at + 1))}`
    }),
    ...(user === '' ? [] : [`USER ${user}`]),
    ...(entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(entrypoint)}`]),
    '',
  ].join('\n')
}
