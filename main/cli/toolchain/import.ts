import { join, resolve } from 'node:path'

import { dataDirectory } from '../../engine/config/locations.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import { discoverBinFolders } from '../../engine/toolchain/doctor/candidates.ts'
import { importArchive, importFromImage } from '../../engine/toolchain/import/import-toolchain.ts'
import type { Unpacked } from '../../engine/toolchain/import/unpack-tree.ts'
import { readToolchain, referenceOf, type Reference } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import { listOf, type Desk } from './desk.ts'
import { containerLabels, dockerHostOf } from './examine.ts'
import { versioned } from './manage.ts'

const progressStep = 256 * 2 ** 20

/** Makes a toolchain of an archive, or of a folder in an image. Started again, it goes on where it ended. */
export async function importToolchain(desk: Desk): Promise<number> {
  const { values, library, say } = desk
  const reference = versioned(desk.named('NAME@VERSION'))
  if ((await library.list()).some((other) => referenceOf(other) === referenceOf(reference)))
    throw new CommandFailure(`There is ${referenceOf(reference)} already; import it under another version.`)
  const destination = destinationOf(desk, reference)
  // Whatever else is wrong is said before gigabytes are unpacked.
  const draft = {
    ...reference,
    folder: destination,
    mountPoint: values.text('mount') ?? `/opt/${reference.name}`,
    variables: values.get('var') ?? {},
    libraryPath: listOf(values, 'library-path') ?? [],
  }
  readToolchain(draft, referenceOf(reference))
  const unpacked = await unpack(desk, destination)
  const path = listOf(values, 'path') ?? (await discoverBinFolders(destination))
  await library.save(readToolchain({ ...draft, path }, referenceOf(reference)))
  const kept = unpacked.kept > 0 ? `, ${unpacked.kept} of them from an earlier attempt` : ''
  say(
    `${referenceOf(reference)}: ${unpacked.files} files${kept}, ${(unpacked.bytes / 2 ** 20).toFixed(1)} MiB in ${destination}`,
  )
  return 0
}

function destinationOf({ values, terminal }: Desk, reference: Required<Reference>): string {
  const given = values.text('folder')
  if (given !== undefined) return resolve(terminal.around.workingDir, given)
  return join(dataDirectory(values.text('data-dir'), terminal.around), 'folders', referenceOf(reference))
}

async function unpack(desk: Desk, destination: string): Promise<Unpacked> {
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
  const [archive, image, folder] = [values.text('archive'), values.text('image'), values.text('image-folder')]
  const sha256 = values.text('sha256')
  if (archive !== undefined)
    return importArchive(resolve(terminal.around.workingDir, archive), destination, {
      ...options,
      ...(sha256 !== undefined && { sha256 }),
    })
  if (image === undefined || folder === undefined)
    throw new CommandFailure('Say from where: --archive FILE, or --image IMAGE and --image-folder FOLDER.')
  const engine = await connectDocker({ host: await dockerHostOf(desk) }, surroundings())
  try {
    const labels = await containerLabels(desk)
    const found = await importFromImage(engine, { image, folder, labels }, destination, options)
    say(
      `Without it the image is ${(found.bytes / 2 ** 20).toFixed(1)} MiB smaller for everyone who pulls it. A Dockerfile for that:`,
    )
    for (const line of found.dockerfile.trimEnd().split('\n')) say(`    ${line}`)
    return found
  } finally {
    engine.close()
  }
}
