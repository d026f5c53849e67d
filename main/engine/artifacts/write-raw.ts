import { ArchiveProblem } from './archive-problem.ts'
import type { ArchiveEntry } from './read-files.ts'

/** The one file as it is. @throws ArchiveProblem when there are several entries, or it is no regular file. */
export async function* writeRaw(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  let hasFile = false
  for await (const entry of entries) {
    if (hasFile) throw new ArchiveProblem('only one file can be sent as raw')
    if (entry.kind !== 'file') throw new ArchiveProblem(`the "${entry.path}" is not a regular file`)
    hasFile = true
    yield* entry.content
  }
}
