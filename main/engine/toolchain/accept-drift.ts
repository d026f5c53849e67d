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

/**
 * Takes changed content for right: as the version it was, or as a new one that takes its place with every runner.
 * Jobs of the old version are refused until then.
 * @throws ToolchainProblem where there is such a version already, or config.toml cannot be edited.
 */
export async function acceptDrift(
  { toolchain, fingerprint, version }: DriftDecision,
  { library, fingerprints, editConfig }: DriftPorts,
): Promise<Toolchain> {
  if (version === undefined || version === toolchain.version) {
    await fingerprints.accept(toolchain, fingerprint)
    return toolchain
  }
  const reference = referenceOf({ ...toolchain, version })
  const next = readToolchain({ ...toolchain, version }, reference)
  if ((await library.list()).some((other) => referenceOf(other) === reference))
    throw new ToolchainProblem(`There is ${reference} already; choose another version.`)
  const isCurrent = (await library.currentVersion(toolchain.name)) === toolchain.version
  // In this order a crash leaves runners a toolchain that is there.
  await fingerprints.accept(next, fingerprint)
  await library.save(next)
  await editConfig((text) => changeToolchain(text, toolchain, { version }).text)
  if (isCurrent) await library.switchTo(next)
  await library.remove(toolchain)
  await fingerprints.forget(toolchain)
  return next
}
