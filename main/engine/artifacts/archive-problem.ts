/** A file could not be read or written, or an archive is not what it says. The message names it. */
export class ArchiveProblem extends Error {
  override readonly name = 'ArchiveProblem'
}
