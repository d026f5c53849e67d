import { resolve } from 'node:path'

import type { ImportSource } from '../../contract/toolchain-api.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import { bringIn } from '../../engine/toolchain/desk/bring-in.ts'
import { referenceOf } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import { describedBy, versioned, type Desk } from './desk.ts'
import { containerLabels, dockerHostOf } from './examine.ts'

const progressStep = 256 * 2 ** 20

/** Makes a toolchain of an archive, or of a folder in an image. Started again, it goes on where it ended. */
export async function importToolchain(desk: Desk): Promise<number> {
  const { terminal, say } = desk
  const description = describedBy(desk, versioned(desk.named('NAME@VERSION')))
  let told = 0
  const { toolchain, unpacked, dockerfile } = await bringIn(desk, description, sourceOf(desk), {
    openEngine: async () => connectDocker({ host: await dockerHostOf(desk) }, surroundings()),
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
      `Without it the image is ${inMiB(unpacked.bytes)} smaller for everyone who pulls it. A Dockerfile for that:`,
    )
    for (const line of dockerfile.trimEnd().split('\n')) say(`    ${line}`)
  }
  const kept = unpacked.kept > 0 ? `, ${unpacked.kept} of them from an earlier attempt` : ''
  say(
    `${referenceOf(toolchain)}: ${unpacked.files} files${kept}, ${inMiB(unpacked.bytes)} in ${toolchain.folder}`,
  )
  return 0
}

const inMiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

function sourceOf({ values, terminal }: Desk): ImportSource {
  const [archive, image, folder] = [values.text('archive'), values.text('image'), values.text('image-folder')]
  if (archive !== undefined)
    return {
      kind: 'archive',
      file: resolve(terminal.around.workingDir, archive),
      sha256: values.text('sha256') ?? '',
    }
  if (image === undefined || folder === undefined)
    throw new CommandFailure('Say from where: --archive FILE, or --image IMAGE and --image-folder FOLDER.')
  return { kind: 'image', image, folder }
}
