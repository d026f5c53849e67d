import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import { replaceFile } from '../config/replace-file.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Reference, type Toolchain } from './toolchain.ts'

/** The toolchains Drydock knows, several versions of each side by side. */
export interface ToolchainLibrary {
  /** By name, then by version as people count: 20.2 before 20.10. */
  list(): Promise<readonly Toolchain[]>
  /** Without a version: the current one. @throws ToolchainProblem when there is none. */
  read(reference: Reference): Promise<Toolchain>
  /** Writes it whole or not at all; the first version of a name becomes the current one. */
  save(toolchain: Toolchain): Promise<void>
  /** Forgets the description; the folder stays. */
  remove(reference: Required<Reference>): Promise<void>
  /** @returns the version jobs get who name none. */
  currentVersion(name: string): Promise<string | undefined>
  /** From now on the version jobs get who name none. Running jobs keep theirs. @throws ToolchainProblem */
  switchTo(reference: Required<Reference>): Promise<void>
}

const suffix = '.json'
const currentSuffix = '.current'

/** @param folder one file per version and one per name that says which is current; made when first written to. */
export function openToolchainLibrary(folder: string): ToolchainLibrary {
  const fileOf = (reference: Required<Reference>) => join(folder, `${referenceOf(reference)}${suffix}`)
  const currentFile = (name: string) => join(folder, `${name}${currentSuffix}`)

  async function list(): Promise<readonly Toolchain[]> {
    const names = (await entriesOf(folder)).filter((name) => name.endsWith(suffix) && name.includes('@'))
    const all = await Promise.all(names.map((name) => load(join(folder, name))))
    return all
      .filter((toolchain) => toolchain !== undefined)
      .sort((a, b) => inOrder(a.name, b.name) || inOrder(a.version, b.version))
  }

  async function currentVersion(name: string): Promise<string | undefined> {
    const version = (await textOf(currentFile(name)))?.trim()
    return version !== undefined && (await textOf(fileOf({ name, version }))) !== undefined
      ? version
      : undefined
  }

  async function read({ name, version }: Reference): Promise<Toolchain> {
    const wanted = version ?? (await currentVersion(name))
    const found = wanted === undefined ? undefined : await load(fileOf({ name, version: wanted }))
    if (found !== undefined) return found
    const others = (await list()).filter((other) => other.name === name).map((other) => other.version)
    if (others.length > 0 && version === undefined)
      throw new ToolchainProblem(
        `${say('toolchain-no-current', { name, others: others.join(', '), example: `${name}@${others.at(-1)}` })}.`,
      )
    if (others.length > 0)
      throw new ToolchainProblem(
        `${say('toolchain-no-version', { version: version ?? '', name, others: others.join(', ') })}.`,
      )
    throw new ToolchainProblem(`${say('toolchain-none', { name })}. ${say('toolchain-commands')}.`)
  }

  async function switchTo(reference: Required<Reference>): Promise<void> {
    await read(reference)
    await replaceFile(currentFile(reference.name), `${reference.version}\n`)
  }

  return {
    list,
    read,
    currentVersion,
    switchTo,
    save: async (toolchain) => {
      const checked = readToolchain(toolchain, referenceOf(toolchain))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await replaceFile(fileOf(checked), `${JSON.stringify(checked, undefined, 2)}\n`)
      if ((await currentVersion(checked.name)) === undefined) await switchTo(checked)
    },
    remove: async (reference) => {
      await read(reference)
      await rm(fileOf(reference))
      if ((await textOf(currentFile(reference.name)))?.trim() === reference.version)
        await rm(currentFile(reference.name), { force: true })
    },
  }
}

const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

async function load(file: string): Promise<Toolchain | undefined> {
  const text = await textOf(file)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ToolchainProblem(`${say('toolchain-not-json', { file })}.`, { cause })
  }
  return readToolchain(value, file)
}

const entriesOf = (folder: string) =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

const textOf = (file: string) =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
