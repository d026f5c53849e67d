import { referenceOf, type Toolchain } from '../toolchain.ts'
import type { ToolchainDesk } from './desk.ts'
import { watchFolder } from './watch-folder.ts'

export interface FirstFingerprintsParts extends Pick<
  ToolchainDesk,
  'library' | 'libraryFolder' | 'fingerprints'
> {
  readonly onUnexpected: (error: unknown) => void
}

/**
 * From now on takes the fingerprint of every toolchain that has none, whoever added it: those that are there, and those
 * that come. One after another, so that the disk serves jobs, too.
 */
export function startFirstFingerprints({
  library,
  libraryFolder,
  fingerprints,
  onUnexpected,
}: FirstFingerprintsParts): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  // What cannot be read now is read when a job wants it, or somebody looks.
  const tried = new Set<string>()
  let [isDue, isWorking] = [false, false]
  let working = Promise.resolve()

  const isThere = async (toolchain: Toolchain) =>
    (await library.list()).some((other) => referenceOf(other) === referenceOf(toolchain))

  async function take(toolchain: Toolchain): Promise<void> {
    const place = `${referenceOf(toolchain)} ${toolchain.folder}`
    if (tried.has(place) || (await fingerprints.summary(toolchain)) !== undefined) return
    tried.add(place)
    try {
      await fingerprints.look(toolchain, { signal })
    } catch (error) {
      if (!signal.aborted && (await isThere(toolchain))) onUnexpected(error)
    }
    if (await isThere(toolchain)) return
    // It was removed meanwhile; another one of its name must not be held against its content.
    tried.delete(place)
    await fingerprints.forget(toolchain)
  }

  async function takeAll(): Promise<void> {
    while (isDue && !signal.aborted) {
      isDue = false
      for (const toolchain of await library.list()) if (!signal.aborted) await take(toolchain)
    }
  }

  function due(): void {
    isDue = true
    if (isWorking) return
    isWorking = true
    working = takeAll()
      .catch(onUnexpected)
      .finally(() => (isWorking = false))
  }

  const following = (async () => {
    for await (const _ of watchFolder(libraryFolder, signal)) due()
  })().catch(onUnexpected)

  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await following
      await working
    },
  }
}
