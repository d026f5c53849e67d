import { say } from '../../../contract/sentences/say.ts'
import type { CheckEvent } from '../../../contract/doctor.ts'
import type { ImportEvent, ImportSource, VolumeEvent } from '../../../contract/toolchain-api.ts'
import type { ToolchainForm, ToolchainRef } from '../../../contract/toolchain.ts'
import type { Clock } from '../../clock.ts'
import type { Config } from '../../config/schema.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { keyOf } from '../../pool.ts'
import { fillVolume } from '../import/fill-volume.ts'
import { readToolchain, referenceOf, ToolchainProblem, type Toolchain } from '../toolchain.ts'
import { bringIn } from './bring-in.ts'
import { toolchainOf, type ToolchainDesk } from './desk.ts'
import { doctorReport, examineIn, trapsOfRunners, userOfRunners } from './examination.ts'

type Host = ToolchainDesk & { readonly labels: Readonly<Record<string, string>> }

export interface CheckParts {
  readonly host: Host
  readonly engine: () => Promise<DockerEngine>
  readonly clock: Pick<Clock, 'now'>
  readonly config: () => Config
}

/** An examination, step by step, then the report. */
export async function* checkToolchain(
  { host, engine, clock, config }: CheckParts,
  reference: ToolchainRef,
  image: string,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent> {
  const toolchain = await host.library.read(reference)
  const begun = clock.now()
  yield* told<CheckEvent>(async (tell) => {
    const docker = await engine()
    try {
      const report = await examineIn(
        {
          desk: host,
          engine: docker,
          labels: host.labels,
          user: userOfRunners(config(), toolchain),
          onStep: (step, done, total) => {
            signal.throwIfAborted()
            tell({
              type: 'step',
              step,
              ...(done !== undefined && { done }),
              ...(total !== undefined && { total }),
            })
          },
        },
        toolchain,
        image,
      )
      const traps = trapsOfRunners(config(), referenceOf(toolchain))
      tell({
        type: 'report',
        report: doctorReport(toolchain, report, traps, keyOf),
        tookMs: clock.now() - begun,
      })
    } finally {
      docker.close()
    }
  }, signal)
}

export interface ImportParts {
  readonly host: Host
  readonly engine: () => Promise<DockerEngine>
  readonly changed: () => void
  readonly verify: (toolchain: Toolchain) => void
}

// Often enough to see that it goes on.
const toldEvery = 8 * 2 ** 20

/** An import, as it goes on. */
export async function* importToolchain(
  { host, engine, changed, verify }: ImportParts,
  form: ToolchainForm,
  source: ImportSource,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent> {
  // A folder that is not told is Drydock's own, which the form cannot know.
  const { path, ...draft } = toolchainOf({ ...form, folder: form.folder || '/' })
  if (source.kind === 'archive' && !source.file.startsWith('/') && !/^[A-Za-z]:/.test(source.file))
    throw new ToolchainProblem(`${say('toolchain-archive-place', { file: source.file })}.`)
  yield* told<ImportEvent>(async (tell) => {
    let told = 0
    const { toolchain, unpacked, dockerfile } = await bringIn(
      host,
      { ...draft, folder: form.folder, ...(path.length > 0 && { path }) },
      source,
      {
        openEngine: engine,
        labels: host.labels,
        signal,
        onProgress: (bytes) => {
          if (bytes - told < toldEvery) return
          told = bytes
          tell({ type: 'progress', bytes })
        },
      },
    )
    changed()
    verify(toolchain)
    tell({
      type: 'imported',
      reference: { name: toolchain.name, version: toolchain.version },
      folder: toolchain.folder,
      files: unpacked.files,
      bytes: unpacked.bytes,
      kept: unpacked.kept,
      ...(dockerfile !== undefined && { dockerfile }),
    })
  }, signal)
}

/** A copy into a volume of the engine, as it goes on; whoever has the toolchain is told by an edit of its own. */
export async function* copyToVolume(
  { host, engine }: Pick<ImportParts, 'host' | 'engine'>,
  reference: ToolchainRef,
  volume: string,
  signal: AbortSignal,
): AsyncGenerator<VolumeEvent> {
  const toolchain = await host.library.read(reference)
  const name = referenceOf(toolchain)
  // Whatever is wrong with the name is said before gigabytes are read.
  readToolchain({ ...toolchain, volume }, name)
  yield* told<VolumeEvent>(async (tell) => {
    const telling = (step: 'reading' | 'copying') => {
      let told = 0
      return (done: number, total: number) => {
        if (done - told < toldEvery && done < total) return
        told = done
        tell({ type: 'progress', step, done, total })
      }
    }
    const read = telling('reading')
    const look = await host.fingerprints.look(toolchain, {
      signal,
      onProgress: ({ done, total }) => read(done, total),
    })
    if (look.kind === 'drifted')
      throw new ToolchainProblem(`${say('toolchain-volume-drifted', { folder: toolchain.folder, name })}.`)
    const docker = await engine()
    try {
      const { fingerprint } = look
      const filling = { engine: docker, folder: toolchain.folder, fingerprint, volume, reference: name }
      const filled = await fillVolume(
        { ...filling, labels: host.labels },
        { signal, onProgress: telling('copying') },
      )
      tell({ type: 'copied', files: filled.files, bytes: filled.bytes, kept: filled.kept })
    } finally {
      docker.close()
    }
  }, signal)
}

/** What a piece of work tells, as a stream; it ends with the work, and throws what the work throws. */
async function* told<T>(
  work: (tell: (event: T) => void) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const waiting: T[] = []
  let wake = () => {}
  let isOver = false
  const working = work((event) => {
    waiting.push(event)
    wake()
  }).finally(() => {
    isOver = true
    wake()
  })
  working.catch(() => undefined)
  signal.addEventListener('abort', () => wake(), { once: true })
  while (!signal.aborted) {
    const next = waiting.shift()
    if (next !== undefined) yield next
    else if (isOver) break
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  if (!signal.aborted) await working
}
