import { acceptDrift } from '../../engine/toolchain/accept-drift.ts'
import { parseReference, referenceOf } from '../../engine/toolchain/toolchain.ts'
import type { Desk } from './desk.ts'
import { editFile } from './edit-file.ts'

/** Takes content that has changed for right; with `--as` as a new version, for every runner that has the old one. */
export async function acceptChanges(desk: Desk): Promise<number> {
  const { values, terminal, library, fingerprints, say } = desk
  const toolchain = await library.read(parseReference(desk.named('NAME')))
  const look = await fingerprints.look(toolchain, { signal: terminal.interrupted })
  if (look.kind !== 'drifted') {
    say(`${referenceOf(toolchain)} is what was recorded, ${look.fingerprint.root.slice(0, 8)}.`)
    return 0
  }
  const version = values.text('as')
  const next = await acceptDrift(
    { toolchain, fingerprint: look.fingerprint, ...(version !== undefined && { version }) },
    { library, fingerprints, editConfig: (edit) => editFile(desk, edit) },
  )
  const { changes } = look
  for (const { path, change } of changes.slice(0, 20)) say(`    ${change} ${path}`)
  if (changes.length > 20) say(`    and ${changes.length - 20} more`)
  const was =
    version === undefined ? `, which was ${look.was.slice(0, 8)}` : ` instead of ${referenceOf(toolchain)}`
  say(`${referenceOf(next)} is this content from now on, ${look.fingerprint.root.slice(0, 8)}${was}.`)
  return 0
}
