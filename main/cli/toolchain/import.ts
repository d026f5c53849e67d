import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { dataDirectory } from '../../engine/config/locations.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import type { DockerEngine } from '../../engine/docker/port.ts'
import { discoverBinFolders } from '../../engine/toolchain/doctor/candidates.ts'
import { fillVolume } from '../../engine/toolchain/import/fill-volume.ts'
import { importArchive, importFromImage } from '../../engine/toolchain/import/import-toolchain.ts'
import type { Unpacked } from '../../engine/toolchain/import/unpack-tree.ts'
import { changeToolchain } from '../../engine/toolchain/mend.ts'
import {
  readToolchain,
  referenceOf,
  type Reference,
  type Toolchain,
} from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import { listOf, type Desk } from './desk.ts'
import { editFile } from './edit-file.ts'
import { containerLabels, dockerHostOf } from './examine.ts'
import { versioned } from './manage.ts'

const progressStep = 256 * 2 ** 20

/**
 * Makes a toolchain of an archive, of a folder in an image, or of a folder; with `--volume` brings it into a volume of
 * the engine. Started again, it goes on where it ended.
 */
export async function importToolchain(desk: Desk): Promise<number> {
  const { values, library, say } = desk
  const reference = versioned(desk.named('NAME@VERSION'))
  const known = (await library.list()).find((other) => referenceOf(other) === referenceOf(reference))
  const volume = values.text('volume')
  if (known !== undefined && volume !== undefined) return moveIntoVolume(desk, known, volume)
  if (known !== undefined)
    throw new CommandFailure(`There is ${referenceOf(reference)} already; import it under another version.`)
  const source = await sourceOf(desk)
  const destination = await destinationOf(desk, reference, source)
  // Whatever else is wrong is said before gigabytes are unpacked.
  const draft = {
    ...reference,
    folder: destination,
    mountPoint: values.text('mount') ?? `/opt/${reference.name}`,
    variables: values.get('var') ?? {},
    libraryPath: listOf(values, 'library-path') ?? [],
    ...(values.text('writable') !== undefined && { writable: values.text('writable') }),
  }
  readToolchain({ ...draft, volume }, referenceOf(reference))
  const unpacked = source.kind === 'folder' ? undefined : await unpack(desk, source, destination)
  const path = listOf(values, 'path') ?? (await discoverBinFolders(destination))
  const toolchain = readToolchain({ ...draft, path }, referenceOf(reference))
  await library.save(toolchain)
  const content = unpacked === undefined ? '' : `${unpackedInWords(unpacked)} in `
  say(`${referenceOf(reference)}: ${content}${destination}, seen by jobs at ${toolchain.mountPoint}`)
  return volume === undefined ? 0 : moveIntoVolume(desk, toolchain, volume)
}

type Source =
  | { readonly kind: 'archive'; readonly file: string }
  | { readonly kind: 'image'; readonly image: string; readonly folder: string }
  | { readonly kind: 'folder'; readonly folder: string }

async function sourceOf({ values, terminal }: Desk): Promise<Source> {
  const [archive, image, inside] = [values.text('archive'), values.text('image'), values.text('image-folder')]
  if (archive !== undefined) {
    const file = resolve(terminal.around.workingDir, archive)
    if ((await stat(file).catch(() => undefined))?.isFile() !== true)
      throw new CommandFailure(`There is no file ${file}.`)
    return { kind: 'archive', file }
  }
  if (image !== undefined && inside !== undefined) return { kind: 'image', image, folder: inside }
  const folder = values.text('folder')
  if (image !== undefined || folder === undefined)
    throw new CommandFailure(
      'Say from where: --archive FILE, or --image IMAGE and --image-folder FOLDER, or --folder DIR.',
    )
  const place = resolve(terminal.around.workingDir, folder)
  if ((await stat(place).catch(() => undefined))?.isDirectory() !== true)
    throw new CommandFailure(`There is no folder ${place}.`)
  return { kind: 'folder', folder: place }
}

async function destinationOf(
  { values, terminal }: Desk,
  reference: Required<Reference>,
  source: Source,
): Promise<string> {
  if (source.kind === 'folder') return source.folder
  const given = values.text('folder')
  if (given !== undefined) return resolve(terminal.around.workingDir, given)
  return join(dataDirectory(values.text('data-dir'), terminal.around), 'folders', referenceOf(reference))
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const unpackedInWords = ({ files, bytes, kept }: Pick<Unpacked, 'files' | 'bytes' | 'kept'>): string =>
  `${files} files${kept > 0 ? `, ${kept} of them from an earlier attempt` : ''}, ${mebibytes(bytes)}`

async function unpack(
  desk: Desk,
  source: Exclude<Source, { kind: 'folder' }>,
  destination: string,
): Promise<Unpacked> {
  const { values, terminal, say } = desk
  let told = 0
  const options = {
    signal: terminal.interrupted,
    onProgress: (bytes: number) => {
      if (bytes - told < progressStep) return
      told = bytes
      terminal.logger.info(`${Math.round(bytes / 2 ** 20)} MiB unpacked`)
    },
  }
  if (source.kind === 'archive') {
    const sha256 = values.text('sha256')
    return importArchive(source.file, destination, { ...options, ...(sha256 !== undefined && { sha256 }) })
  }
  return withEngine(desk, async (engine) => {
    const labels = await containerLabels(desk)
    const { image, folder } = source
    const found = await importFromImage(engine, { image, folder, labels }, destination, options)
    say(
      `Without it the image is ${mebibytes(found.bytes)} smaller for everyone who pulls it. A Dockerfile for that:`,
    )
    for (const line of found.dockerfile.trimEnd().split('\n')) say(`    ${line}`)
    return found
  })
}

/** A toolchain of the library, for all runners that have it. */
async function moveIntoVolume(desk: Desk, toolchain: Toolchain, volume: string): Promise<number> {
  readToolchain({ ...toolchain, volume }, referenceOf(toolchain))
  await bringIntoVolume(desk, toolchain, volume)
  await editFile(desk, (text) => changeToolchain(text, toolchain, { volume }).text)
  await desk.library.save({ ...toolchain, volume })
  return 0
}

async function bringIntoVolume(desk: Desk, toolchain: Toolchain, volume: string): Promise<void> {
  const { terminal, fingerprints, say } = desk
  const reference = referenceOf(toolchain)
  const look = await fingerprints.look(toolchain, { signal: terminal.interrupted })
  if (look.kind === 'drifted')
    throw new CommandFailure(
      `${toolchain.folder} is no longer what was recorded; look at "drydock toolchain fingerprint ${reference}" first.`,
    )
  const { fingerprint } = look
  let told = 0
  await withEngine(desk, async (engine) => {
    const labels = await containerLabels(desk)
    const filling = { engine, folder: toolchain.folder, fingerprint, volume, reference, labels }
    const filled = await fillVolume(filling, {
      signal: terminal.interrupted,
      onProgress: (done, total) => {
        if (done - told < progressStep && done < total) return
        told = done
        terminal.logger.info(`${reference}: ${Math.floor((done / Math.max(total, 1)) * 100)} % in the volume`)
      },
    })
    say(
      `${reference}: ${unpackedInWords(filled)} in the volume ${volume} of ${engine.about.endpoint}, read back and compared`,
    )
  })
}

async function withEngine<T>(desk: Desk, work: (engine: DockerEngine) => Promise<T>): Promise<T> {
  const engine = await connectDocker({ host: await dockerHostOf(desk) }, surroundings())
  try {
    return await work(engine)
  } finally {
    engine.close()
  }
}
