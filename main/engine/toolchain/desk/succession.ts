import { say } from '../../../contract/sentences/say.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { changeToolchain } from '../mend.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Toolchain } from '../toolchain.ts'
import type { ToolchainDesk } from './desk.ts'

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
  { library, fingerprints }: Pick<ToolchainDesk, 'library' | 'fingerprints'>,
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
