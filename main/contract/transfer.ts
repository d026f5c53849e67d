/** Bytes of a job on their way, as its page shows them. */
export interface Transfer {
  readonly what: 'artifacts' | 'cache'
  readonly direction: 'up' | 'down'
  /** So far. */
  readonly bytes: number
  /** In all, where it is known: what is made while it is sent has no size yet. */
  readonly total?: number
  /** Of late, not since the beginning. */
  readonly bytesPerSecond: number
}
