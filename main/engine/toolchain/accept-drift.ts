import { say } from '../../contract/sentences/say.ts'
import type { Fingerprint } from './fingerprint/fingerprint.ts'
import type { FingerprintStore } from './fingerprint/fingerprint-store.ts'
import type { ToolchainLibrary } from './library.ts'
import { changeToolchain } from './mend.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Toolchain } from './toolchain.ts'

/** What the content of a toolchain is from now on, where it is no longer what was recorded. */
export interface DriftDecision {
  readonly toolchain: Toolchain
  /** Of the content as it was shown. */
  readonly fingerprint: Fingerprint
  /** A version for the new content. The old one is forgotten, for its content is gone. */
  readonly version?: string
}

export interface DriftPorts {
  readonly library: ToolchainLibrary
  readonly fingerprints: FingerprintStore
  /** Edits config.toml. */
  readonly editConfig: (edit: (text: string) => string) => Promise<void>
}

/** A version in the place of another, step by step: a crash in between leaves runners a toolchain that is there. */
export interface Succession {
  readonly next: Toolchain
  /** Puts the new version beside the old one. */
  readonly begin: (fingerprint: Fingerprint) => Promise<void>
  /** The text of config.toml, with the new version for every runner that has the old one. */
  readonly change: (text: string) => string
  /** Forgets the old version, whose content is gone. */
  readonly end: () => Promise<void>
}

/** @throws ToolchainProblem where there is such a version already. */
export async function successionOf(
  toolchain: Toolchain,
  version: string,
  { library, fingerprints }: Omit<DriftPorts, 'editConfig'>,
): Promise<Succession> {
  const name = referenceOf({ ...toolchain, version })
  const next = readToolchain({ ...toolchain, version }, name)
  if ((await library.list()).some((other) => referenceOf(other) === name))
    throw new ToolchainProblem(`${say('toolchain-choose-version', { name })}.`)
  const isCurrent = (await library.currentVersion(toolchain.name)) === toolchain.version
  return {
    next,
    begin: async (fingerprint) => {
      await fingerprints.accept(next, fingerprint)
      await library.save(next)
    },
    change: (text) => changeToolchain(text, toolchain, { version }).text,
    end: async () => {
      if (isCurrent) await library.switchTo(next)
      await library.remove(toolchain)
      await fingerprints.forget(toolchain)
    },
  }
}

/**
 * Takes changed content for right: as the version it was, or as a new one that takes its place with every runner.
 * Jobs of the old version are refused until then.
 * @throws ToolchainProblem where there is such a version already, or config.toml cannot be edited.
 */
export async function acceptDrift(
  { toolchain, fingerprint, version }: DriftDecision,
  { editConfig, ...ports }: DriftPorts,
): Promise<Toolchain> {
  if (version === undefined || version === toolchain.version) {
    await ports.fingerprints.accept(toolchain, fingerprint)
    return toolchain
  }
  const { next, begin, change, end } = await successionOf(toolchain, version, ports)
  await begin(fingerprint)
  await editConfig(change)
  await end()
  return next
}
