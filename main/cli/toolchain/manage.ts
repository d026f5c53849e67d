import { resolve } from 'node:path'
import { stat } from 'node:fs/promises'

import {
  applyToolchain,
  assignedTo,
  removeToolchain,
  switchToolchain,
} from '../../engine/toolchain/assign.ts'
import { configTraps } from '../../engine/toolchain/doctor/traps.ts'
import { discoverBinFolders } from '../../engine/toolchain/doctor/candidates.ts'
import { adoptToolchain, recogniseToolchains } from '../../engine/toolchain/recognise.ts'
import {
  parseReference,
  readToolchain,
  referenceOf,
  type Reference,
  type Toolchain,
} from '../../engine/toolchain/toolchain.ts'
import type { Config } from '../../engine/config/schema.ts'
import type { ConfigStore } from '../../engine/config/config-store.ts'
import { CommandFailure } from '../command.ts'
import { openConfig } from '../config-access.ts'
import { listOf, type Desk } from './desk.ts'

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
        runners: runnersWith(config, toolchain),
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

const runnersWith = (config: Config | undefined, reference: Required<Reference>): readonly string[] =>
  (config?.runners ?? [])
    .filter((runner) => assignedTo(runner).some((other) => referenceOf(other) === referenceOf(reference)))
    .map(({ name }) => name)

/** Describes a folder as a toolchain; with `--replace` changes the description of one. */
export async function addToolchain(desk: Desk): Promise<number> {
  const { values, terminal, library, say } = desk
  const reference = versioned(desk.named('NAME@VERSION'))
  const old = (await library.list()).find((other) => referenceOf(other) === referenceOf(reference))
  if (old !== undefined && values.flag('replace') !== true)
    throw new CommandFailure(`There is ${referenceOf(reference)} already; --replace changes its description.`)
  const given = values.text('folder')
  const folder = given === undefined ? old?.folder : resolve(terminal.around.workingDir, given)
  if (folder === undefined) throw new CommandFailure('Say where it is: --folder DIR.')
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    throw new CommandFailure(`There is no folder ${folder}.`)
  const projects = listOf(values, 'project')
  const onRequest = listOf(values, 'on-request')
  const toolchain = readToolchain(
    {
      ...old,
      ...reference,
      folder,
      mountPoint: values.text('mount') ?? old?.mountPoint ?? `/opt/${reference.name}`,
      variables: values.get('var') ?? old?.variables ?? {},
      path: listOf(values, 'path') ?? old?.path ?? (await discoverBinFolders(folder)),
      libraryPath: listOf(values, 'library-path') ?? old?.libraryPath ?? [],
      notes: values.text('notes') ?? old?.notes ?? '',
      ...(projects !== undefined && { projects }),
      ...(onRequest !== undefined && { onRequest }),
      ...(values.text('on-drift') !== undefined && { onDrift: values.text('on-drift') }),
      ...(values.text('writable') !== undefined && { writable: values.text('writable') }),
    },
    referenceOf(reference),
  )
  await library.save(toolchain)
  say(`${referenceOf(toolchain)}: ${toolchain.folder}, seen by jobs at ${toolchain.mountPoint}`)
  return 0
}

/** Takes the description out of the library. The folder stays. */
export async function removeFromLibrary(desk: Desk): Promise<number> {
  const toolchain = await desk.library.read(versioned(desk.named('NAME@VERSION')))
  await using store = await openConfig(desk.values, desk.terminal)
  const users = runnersWith(store.current(), toolchain)
  if (users.length > 0)
    throw new CommandFailure(
      `${referenceOf(toolchain)} is used by ${users.join(', ')}; unassign it there first.`,
    )
  await desk.library.remove(toolchain)
  await desk.fingerprints.forget(toolchain)
  desk.say(`${referenceOf(toolchain)} is forgotten; ${toolchain.folder} stays.`)
  return 0
}

/** Makes a version the current one, also for the runners that have another one of its name. */
export async function switchVersion(desk: Desk): Promise<number> {
  const { library, say } = desk
  const next = await library.read(versioned(desk.named('NAME@VERSION')))
  await using store = await openConfig(desk.values, desk.terminal)
  const changed: string[] = []
  await editConfig(store, (text, config) =>
    config.runners.reduce((edited, runner, index) => {
      const old = assignedTo(runner).find(
        ({ name, version }) => name === next.name && version !== next.version,
      )
      if (old === undefined) return edited
      changed.push(runner.name)
      return switchToolchain(edited, index, old, next)
    }, text),
  )
  await library.switchTo(next)
  say(
    `${referenceOf(next)} is the current version${changed.length > 0 ? `, now on ${changed.join(', ')}` : ''}.`,
  )
  return 0
}

/** Writes a toolchain into the configuration of a runner. */
export async function assignToRunner(desk: Desk): Promise<number> {
  const toolchain = await desk.library.read(parseReference(desk.named('NAME')))
  await using store = await openConfig(desk.values, desk.terminal)
  const index = runnerIndex(store.current(), desk)
  await editConfig(store, (text) => applyToolchain(text, index, toolchain))
  const runner = store.current().runners[index]!
  desk.say(
    `${runner.name} has ${referenceOf(toolchain)} from now on; running jobs keep what they began with.`,
  )
  for (const { cause, remedy } of configTraps(runner)) desk.say(`! ${cause}\n    ${remedy}`)
  return 0
}

/** Takes it out again. */
export async function unassignFromRunner(desk: Desk): Promise<number> {
  await using store = await openConfig(desk.values, desk.terminal)
  const index = runnerIndex(store.current(), desk)
  const runner = store.current().runners[index]!
  const wanted = parseReference(desk.named('NAME'))
  const found = assignedTo(runner).find(
    ({ name, version }) => name === wanted.name && (wanted.version ?? version) === version,
  )
  if (found === undefined) throw new CommandFailure(`${runner.name} has no toolchain ${wanted.name}.`)
  await editConfig(store, (text) => removeToolchain(text, index, found))
  desk.say(`${runner.name} no longer has ${referenceOf(found)}.`)
  return 0
}

/** Shows toolchains written by hand, and takes one into the library. */
export async function adoptFromConfig(desk: Desk): Promise<number> {
  const { values, library, say } = desk
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
  const chosen =
    found.find(({ toolchain }) => toolchain.name === wanted.name) ??
    (found.length === 1 ? found[0] : undefined)
  if (chosen === undefined)
    throw new CommandFailure(
      `No toolchain ${wanted.name} is written into the configuration by hand; "drydock toolchain adopt" shows what is.`,
    )
  const toolchain: Toolchain = {
    ...chosen.toolchain,
    name: wanted.name,
    version: wanted.version ?? chosen.toolchain.version,
  }
  await library.save(toolchain)
  await editConfig(store, (text) => adoptToolchain(text, { ...chosen, toolchain }))
  say(
    `${referenceOf(toolchain)} of ${chosen.runnerName} is in the library; every line of ${store.file} is where it was.`,
  )
  return 0
}

/** @throws CommandFailure where the version is missing. */
export function versioned(text: string): Required<Reference> {
  const { name, version } = parseReference(text)
  if (version === undefined) throw new CommandFailure(`Say which version: ${name}@VERSION.`)
  return { name, version }
}

function runnerIndex({ runners }: Config, { values }: Desk): number {
  const name = values.text('runner')
  if (name === undefined && runners.length === 1) return 0
  if (name === undefined)
    throw new CommandFailure(
      `Say which runner: --runner ${runners.map((runner) => runner.name).join(' | ')}.`,
    )
  const index = runners.findIndex((runner) => runner.name === name)
  if (index < 0) throw new CommandFailure(`No runner is named ${name}; "drydock list" shows all.`)
  return index
}

async function editConfig(
  store: ConfigStore,
  change: (text: string, config: Config) => string,
): Promise<void> {
  await store.edit((text, config) => {
    if (config === undefined)
      throw new CommandFailure('The configuration has errors; "drydock lint" shows them.')
    return change(text, config)
  })
}
