import type { ToolchainEdit } from '../../contract/toolchain.ts'
import { configTraps } from '../../engine/toolchain/doctor/traps.ts'
import { carryOut } from '../../engine/toolchain/desk/carry-out.ts'
import { runnersWith } from '../../engine/toolchain/desk/desk.ts'
import { planEdit } from '../../engine/toolchain/desk/plan-edit.ts'
import { shelve, unshelve } from '../../engine/toolchain/desk/shelve.ts'
import { assignedTo } from '../../engine/toolchain/assign.ts'
import { recogniseToolchains } from '../../engine/toolchain/recognise.ts'
import { parseReference, referenceOf } from '../../engine/toolchain/toolchain.ts'
import type { Config, RunnerConfig } from '../../engine/config/schema.ts'
import type { ConfigStore } from '../../engine/config/config-store.ts'
import { CommandFailure } from '../command.ts'
import { openConfig } from '../config-access.ts'
import { describedBy, versioned, type Desk } from './desk.ts'

/** Shows the library, and which runner has what. */
export async function listToolchains(desk: Desk): Promise<number> {
  const { library, values, terminal, say } = desk
  const all = await library.list()
  const config = await openConfig(values, terminal)
    .then(async (store) => {
      await using open = store
      return open.current()
    })
    .catch(() => undefined)
  const rows = await Promise.all(
    all.map(async (toolchain) => {
      const recorded = await desk.fingerprints.recorded(toolchain)
      return {
        ...toolchain,
        current: (await library.currentVersion(toolchain.name)) === toolchain.version,
        runners: config ? namesOf(config, runnersWith(config, toolchain)) : [],
        ...(recorded !== undefined && {
          fingerprint: recorded.root,
          files: recorded.files,
          bytes: recorded.bytes,
        }),
      }
    }),
  )
  if (values.flag('json') === true) return (say(JSON.stringify(rows, undefined, 2)), 0)
  if (rows.length === 0)
    say('There is no toolchain yet; "drydock toolchain add NAME@VERSION --folder DIR" adds one.')
  for (const row of rows) {
    const known = row.fingerprint === undefined ? '' : ` (${row.fingerprint.slice(0, 8)}, ${row.files} files)`
    const on = row.runners.length === 0 ? '' : `  on ${row.runners.join(', ')}`
    say(`${row.current ? '*' : ' '} ${referenceOf(row)}${known}  ${row.folder} → ${row.mountPoint}${on}`)
  }
  return 0
}

/** Describes a folder as a toolchain; with `--replace` changes the description of one. */
export async function addToolchain(desk: Desk): Promise<number> {
  const description = describedBy(desk, versioned(desk.named('NAME@VERSION')))
  const toolchain = await shelve(desk, description, { mayReplace: desk.values.flag('replace') === true })
  desk.say(`${referenceOf(toolchain)}: ${toolchain.folder}, seen by jobs at ${toolchain.mountPoint}`)
  return 0
}

/** Takes the description out of the library. The folder stays. */
export async function removeFromLibrary(desk: Desk): Promise<number> {
  const reference = versioned(desk.named('NAME@VERSION'))
  await using store = await openConfig(desk.values, desk.terminal)
  const toolchain = await unshelve(desk, store.current(), reference)
  desk.say(`${referenceOf(toolchain)} is forgotten; ${toolchain.folder} stays.`)
  return 0
}

/** Makes a version the current one, also for the runners that have another one of its name. */
export async function switchVersion(desk: Desk): Promise<number> {
  const reference = versioned(desk.named('NAME@VERSION'))
  await using store = await openConfig(desk.values, desk.terminal)
  const changed = await edit(desk, store, { what: 'switch', reference })
  const on = changed.length > 0 ? `, now on ${changed.map(({ name }) => name).join(', ')}` : ''
  desk.say(`${referenceOf(reference)} is the current version${on}.`)
  return 0
}

/** Writes a toolchain into the configuration of a runner. */
export async function assignToRunner(desk: Desk): Promise<number> {
  const reference = await desk.library.read(parseReference(desk.named('NAME')))
  await using store = await openConfig(desk.values, desk.terminal)
  const { name } = runnerOf(store.current(), desk)
  const [runner] = await edit(desk, store, { what: 'assign', reference, runner: name })
  desk.say(`${name} has ${referenceOf(reference)} from now on; running jobs keep what they began with.`)
  for (const { cause, remedy } of runner ? configTraps(runner) : []) desk.say(`! ${cause}\n    ${remedy}`)
  return 0
}

/** Takes it out again. */
export async function unassignFromRunner(desk: Desk): Promise<number> {
  await using store = await openConfig(desk.values, desk.terminal)
  const runner = runnerOf(store.current(), desk)
  const wanted = parseReference(desk.named('NAME'))
  const reference = assignedTo(runner).find(
    ({ name, version }) => name === wanted.name && (wanted.version ?? version) === version,
  )
  if (reference === undefined) throw new CommandFailure(`${runner.name} has no toolchain ${wanted.name}.`)
  await edit(desk, store, { what: 'unassign', reference, runner: runner.name })
  desk.say(`${runner.name} no longer has ${referenceOf(reference)}.`)
  return 0
}

/** Shows toolchains written by hand, and takes one into the library. */
export async function adoptFromConfig(desk: Desk): Promise<number> {
  const { values, say } = desk
  await using store = await openConfig(values, desk.terminal)
  const found = recogniseToolchains(store.current())
  const wanted = values.rest[1] === undefined ? undefined : parseReference(values.rest[1])
  if (wanted === undefined) {
    if (values.flag('json') === true) return (say(JSON.stringify(found, undefined, 2)), 0)
    if (found.length === 0) say('No toolchain is written into the configuration by hand.')
    for (const { runnerName, toolchain } of found)
      say(
        `${toolchain.name}  on ${runnerName}: ${toolchain.folder} → ${toolchain.mountPoint}; adopt it: drydock toolchain adopt ${referenceOf(toolchain)}`,
      )
    return 0
  }
  const folders = new Set(found.map(({ toolchain }) => toolchain.folder))
  const chosen =
    found.find(({ toolchain }) => toolchain.name === wanted.name) ??
    (folders.size === 1 ? found[0] : undefined)
  if (chosen === undefined)
    throw new CommandFailure(
      `No toolchain ${wanted.name} is written into the configuration by hand; "drydock toolchain adopt" shows what is.`,
    )
  const { folder, version } = chosen.toolchain
  const reference = { name: wanted.name, version: wanted.version ?? version }
  const adopted = await edit(desk, store, { what: 'adopt', folder, reference })
  const owners = adopted.map(({ name }) => name).join(', ')
  say(
    `${referenceOf(reference)} of ${owners} is in the library; every line of ${store.file} is where it was.`,
  )
  return 0
}

/** @returns the runners that changed. */
export async function edit(
  desk: Desk,
  store: ConfigStore,
  wish: ToolchainEdit,
): Promise<readonly RunnerConfig[]> {
  const { reference } = wish
  const plain = { ...wish, reference: { name: reference.name, version: reference.version } }
  const changed = await carryOut(store, await planEdit(desk, plain, indexNamed))
  if (changed === 'conflict') throw new CommandFailure(`${store.file} has changed meanwhile.`)
  return changed
}

const namesOf = ({ runners }: Config, indexes: readonly number[]) =>
  indexes.map((index) => runners[index]?.name ?? '')

function runnerOf(config: Config, { values }: Desk): RunnerConfig {
  const { runners } = config
  const name = values.text('runner')
  const [only] = runners
  if (name === undefined && only !== undefined && runners.length === 1) return only
  if (name === undefined)
    throw new CommandFailure(
      `Say which runner: --runner ${runners.map((runner) => runner.name).join(' | ')}.`,
    )
  return runners[indexNamed(config, name)]!
}

function indexNamed({ runners }: Config, name: string): number {
  const index = runners.findIndex((runner) => runner.name === name)
  if (index < 0) throw new CommandFailure(`No runner is named ${name}; "drydock list" shows all.`)
  return index
}
