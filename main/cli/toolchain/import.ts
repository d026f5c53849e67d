import { resolve } from 'node:path'

import type { ImportSource } from '../../contract/toolchain-api.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import type { DockerEngine } from '../../engine/docker/port.ts'
import { bringIn } from '../../engine/toolchain/desk/bring-in.ts'
import { shelve, type Description } from '../../engine/toolchain/desk/shelve.ts'
import type { Fingerprint } from '../../engine/toolchain/fingerprint/fingerprint.ts'
import { fillVolume } from '../../engine/toolchain/import/fill-volume.ts'
import type { Unpacked } from '../../engine/toolchain/import/unpack-tree.ts'
import { changeToolchain } from '../../engine/toolchain/mend.ts'
import { readToolchain, referenceOf, type Toolchain } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import { describedBy, versioned, type Desk } from './desk.ts'
import { editFile } from './edit-file.ts'
import { containerLabels, siteOf } from './examine.ts'

const progressStep = 256 * 2 ** 20

/**
 * Makes a toolchain of an archive, of a folder in an image, or of a folder; with `--volume` brings it into a volume of
 * the engine. Started again, it goes on where it ended.
 */
export async function importToolchain(desk: Desk): Promise<number> {
  const { values, library } = desk
  const reference = versioned(desk.named('NAME@VERSION'))
  const known = (await library.list()).find((other) => referenceOf(other) === referenceOf(reference))
  const volume = values.text('volume')
  if (known !== undefined && volume !== undefined) return moveIntoVolume(desk, known, volume)
  if (known !== undefined)
    throw new CommandFailure(`There is ${referenceOf(reference)} already; import it under another version.`)
  const description = describedBy(desk, reference)
  const source = sourceOf(desk)
  // Whatever is wrong with the volume is said before gigabytes are unpacked.
  const anywhere = { mountPoint: `/opt/${reference.name}`, folder: '/', ...description }
  if (volume !== undefined) readToolchain({ ...anywhere, volume }, referenceOf(reference))
  const toolchain =
    source === undefined ? await inPlace(desk, description) : await unpack(desk, description, source)
  // From its first job on it is known what a toolchain is, and not what another of this name once was.
  await desk.fingerprints.forget(toolchain)
  const { root } = await fingerprintOf(desk, toolchain)
  desk.say(`${referenceOf(reference)}: SHA-256 ${root}`)
  return volume === undefined ? 0 : moveIntoVolume(desk, toolchain, volume)
}

/** @returns `undefined` for a folder that stays where it is. */
function sourceOf({ values, terminal }: Desk): ImportSource | undefined {
  const [archive, image, inside] = [values.text('archive'), values.text('image'), values.text('image-folder')]
  if (archive !== undefined) {
    const file = resolve(terminal.around.workingDir, archive)
    return { kind: 'archive', file, sha256: values.text('sha256') ?? '' }
  }
  if (image !== undefined && inside !== undefined) return { kind: 'image', image, folder: inside }
  if (image === undefined && values.text('folder') !== undefined) return undefined
  throw new CommandFailure(
    'Say from where: --archive FILE, or --image IMAGE and --image-folder FOLDER, or --folder DIR.',
  )
}

async function inPlace(desk: Desk, description: Description): Promise<Toolchain> {
  const toolchain = await shelve(desk, description, { mayReplace: false })
  desk.say(`${referenceOf(toolchain)}: ${toolchain.folder}, seen by jobs at ${toolchain.mountPoint}`)
  return toolchain
}

async function unpack(desk: Desk, description: Description, source: ImportSource): Promise<Toolchain> {
  const { terminal, say } = desk
  let told = 0
  const { toolchain, unpacked, dockerfile } = await bringIn(desk, description, source, {
    openEngine: () => openEngine(desk),
    labels: await containerLabels(desk),
    signal: terminal.interrupted,
    onProgress: (bytes) => {
      if (bytes - told < progressStep) return
      told = bytes
      terminal.logger.info(`${Math.round(bytes / 2 ** 20)} MiB unpacked`)
    },
  })
  if (dockerfile !== undefined) {
    say(
      `Without it the image is ${mebibytes(unpacked.bytes)} smaller for everyone who pulls it. A Dockerfile for that:`,
    )
    for (const line of dockerfile.trimEnd().split('\n')) say(`    ${line}`)
  }
  const { folder, mountPoint } = toolchain
  say(`${referenceOf(toolchain)}: ${unpackedInWords(unpacked)} in ${folder}, seen by jobs at ${mountPoint}`)
  return toolchain
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const unpackedInWords = ({ files, bytes, kept }: Pick<Unpacked, 'files' | 'bytes' | 'kept'>): string =>
  `${files} files${kept > 0 ? `, ${kept} of them from an earlier attempt` : ''}, ${mebibytes(bytes)}`

/** A toolchain of the library, for all runners that have it. */
async function moveIntoVolume(desk: Desk, toolchain: Toolchain, volume: string): Promise<number> {
  readToolchain({ ...toolchain, volume }, referenceOf(toolchain))
  await bringIntoVolume(desk, toolchain, volume)
  await editFile(desk, (text) => changeToolchain(text, toolchain, { volume }).text)
  await desk.library.save({ ...toolchain, volume })
  return 0
}

async function bringIntoVolume(desk: Desk, toolchain: Toolchain, volume: string): Promise<void> {
  const { terminal, say } = desk
  const reference = referenceOf(toolchain)
  const fingerprint = await fingerprintOf(desk, toolchain)
  let told = 0
  const engine = await openEngine(desk)
  try {
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
  } finally {
    engine.close()
  }
}

const openEngine = async (desk: Desk): Promise<DockerEngine> =>
  connectDocker((await siteOf(desk)).endpoint, surroundings())

async function fingerprintOf({ terminal, fingerprints }: Desk, toolchain: Toolchain): Promise<Fingerprint> {
  const reference = referenceOf(toolchain)
  let told = 0
  const look = await fingerprints.look(toolchain, {
    signal: terminal.interrupted,
    onProgress: ({ done, total }) => {
      if (done - told < progressStep) return
      told = done
      terminal.logger.info(`${reference}: ${Math.floor((done / total) * 100)} % read for the fingerprint`)
    },
  })
  if (look.kind !== 'drifted') return look.fingerprint
  throw new CommandFailure(
    `${toolchain.folder} is no longer what was recorded; look at "drydock toolchain fingerprint ${reference}" first.`,
  )
}
