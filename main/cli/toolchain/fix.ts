import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import { examineToolchain } from '../../engine/toolchain/doctor/examine.ts'
import { folderTraps } from '../../engine/toolchain/doctor/folder-traps.ts'
import { isSelinuxEnforcing } from '../../engine/toolchain/doctor/selinux.ts'
import type { Mend, Trap } from '../../engine/toolchain/doctor/traps.ts'
import { changeToolchain, mendRunner, runnersIn, suspectAt } from '../../engine/toolchain/mend.ts'
import { parseReference, referenceOf, type Toolchain } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import type { Desk } from './desk.ts'
import { editFile } from './edit-file.ts'
import { containerLabels, siteOf } from './examine.ts'

/**
 * Mends what is known to go wrong: in the sections of runners, or, where a toolchain is named, in its description.
 * @returns 1 where something is left that only a person can decide.
 */
export const fixToolchain = (desk: Desk): Promise<number> =>
  desk.values.rest[1] === undefined ? fixRunners(desk) : fixDescription(desk)

async function fixRunners(desk: Desk): Promise<number> {
  const { values, say } = desk
  const wanted = values.text('runner')
  const left: Trap[] = []
  let mended = 0
  let isKnown = false
  await editFile(desk, (text) => {
    let next = text
    for (let index = 0; index < runnersIn(next); index++) {
      const { name } = suspectAt(next, index)
      if (wanted !== undefined && name !== wanted) continue
      isKnown = true
      const { text: edited, done, left: rest } = mendRunner(next, index)
      for (const trap of done) sayMended(desk, trap, name)
      for (const trap of rest) sayLeft(desk, trap, name)
      mended += done.length
      left.push(...rest)
      next = edited
    }
    return next
  })
  if (wanted !== undefined && !isKnown)
    throw new CommandFailure(`No runner is named ${wanted}; "drydock list" shows all.`)
  if (mended + left.length === 0) say('Nothing is known to go wrong.')
  return left.length === 0 ? 0 : 1
}

async function fixDescription(desk: Desk): Promise<number> {
  const { library, say } = desk
  let toolchain = await library.read(parseReference(desk.named('NAME')))
  const left: Trap[] = []
  let mended = 0
  for (const trap of await trapsOf(desk, toolchain)) {
    if (trap.mend?.kind !== 'toolchain') {
      sayLeft(desk, trap, referenceOf(toolchain))
      left.push(trap)
      continue
    }
    const { change } = trap.mend
    const before = toolchain
    await editFile(desk, (text) => {
      const changed = changeToolchain(text, before, change)
      toolchain = changed.toolchain
      return changed.text
    })
    await library.save(toolchain)
    sayMended(desk, trap, referenceOf(toolchain))
    mended += 1
  }
  if (mended + left.length === 0) say('Nothing is known to go wrong.')
  return left.length === 0 ? 0 : 1
}

async function trapsOf(desk: Desk, toolchain: Toolchain): Promise<readonly Trap[]> {
  const image = desk.values.text('image')
  const isEnforcing = await isSelinuxEnforcing()
  if (image === undefined) return folderTraps(toolchain, { isEnforcing })
  const { endpoint, user } = await siteOf(desk)
  const engine = await connectDocker(endpoint, surroundings())
  try {
    const { memory } = desk
    const labels = await containerLabels(desk)
    return (await examineToolchain({ engine, toolchain, image, user, memory, labels, isEnforcing })).traps
  } finally {
    engine.close()
  }
}

function sayMended({ say }: Desk, { cause, mend, byHand }: Trap, where: string): void {
  say(`✓ ${where}: ${cause}`)
  if (mend !== undefined) say(`    ${doneInWords(mend)}`)
  if (byHand !== undefined) say(`    ${byHand}`)
}

function doneInWords(mend: Mend): string {
  switch (mend.kind) {
    case 'volume':
    case 'line':
      return `It now reads: ${mend.to}`
    case 'variable':
      return mend.line === undefined
        ? 'Taken out of environment.'
        : `Moved into pre_build_script: ${mend.line}`
    case 'mount':
      return `Mounted at ${mend.to} from now on; environment and pre_build_script say so, too.`
    case 'toolchain': {
      const said = Object.entries(mend.change).map(([key, value]) => `${key} is now ${JSON.stringify(value)}`)
      return `${said.join(', ')}, for every runner that has it.`
    }
  }
}

function sayLeft({ say }: Desk, { cause, remedy, command }: Trap, where: string): void {
  say(`! ${where}: ${cause}`)
  say(`    ${remedy}${command === undefined ? '' : `  ${command}`}`)
}
