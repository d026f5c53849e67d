import { parseReference, referenceOf } from '../../engine/toolchain/toolchain.ts'
import { openConfig } from '../config-access.ts'
import type { Desk } from './desk.ts'
import { edit } from './manage.ts'

const mostShown = 20

/** Takes content that has changed for right; with `--as` as a new version, for every runner that has the old one. */
export async function acceptChanges(desk: Desk): Promise<number> {
  const { values, terminal, library, fingerprints, say } = desk
  const toolchain = await library.read(parseReference(desk.named('NAME')))
  const reference = referenceOf(toolchain)
  const look = await fingerprints.look(toolchain, { signal: terminal.interrupted })
  const { root } = look.fingerprint
  if (look.kind !== 'drifted') {
    say(`${reference} is what was recorded, ${root.slice(0, 8)}.`)
    return 0
  }
  const version = values.text('as')
  if (version === undefined) await fingerprints.accept(toolchain, look.fingerprint)
  else {
    await using store = await openConfig(values, terminal)
    await edit(desk, store, { what: 'accept', reference: toolchain, version })
  }
  const { changes } = look
  for (const { path, change } of changes.slice(0, mostShown)) say(`    ${change} ${path}`)
  if (changes.length > mostShown) say(`    and ${changes.length - mostShown} more`)
  const next = referenceOf({ ...toolchain, version: version ?? toolchain.version })
  const was = version === undefined ? `, which was ${look.was.slice(0, 8)}` : ` instead of ${reference}`
  say(`${next} is this content from now on, ${root.slice(0, 8)}${was}.`)
  return 0
}
