/** A job's log as its readers see it: bytes of one file, addressed by offset. */
export interface LogReader {
  /** Bytes written so far. */
  readonly size: number
  /** No byte will follow. */
  readonly ended: boolean
  /** At most `max` bytes from `offset`; empty at the end. */
  read(offset: number, max: number): Promise<Uint8Array>
  /**
   * Resolves true once there are bytes after `offset`, false once the log has ended without any. Rejects with the
   * signal's reason when it aborts first.
   */
  grown(offset: number, signal: AbortSignal): Promise<boolean>
  /** `crc32:` and 8 hex digits over all bytes written so far. */
  checksum(): string
}

/** A checksum as GitLab is told it (coordinator-api.md §8.4). */
export const checksumText = (crc: number) => `crc32:${crc.toString(16).padStart(8, '0')}`
