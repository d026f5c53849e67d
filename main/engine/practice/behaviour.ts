/** How the server behaves where real servers differ. May be changed while it runs; requests see it at once. */
export interface Behaviour {
  /**
   * Seconds a job request with the current cursor is held; 0 = answered at once, as where the front proxy does not
   * hold.
   */
  longPollSeconds: number
  /** Hand jobs out in two phases to runners that understand it (coordinator-api.md §5.5). */
  twoPhase: boolean
  /** Seconds a job handed out in two phases waits for its runner. */
  leaseSeconds: number
  /** Seconds, as `X-GitLab-Trace-Update-Interval` asks for: 3 while somebody watches a log, 60 otherwise. */
  traceUpdateInterval: number
  /** How many times a final update gets 202 before it counts: the log's chunks are still being stored. */
  finalUpdatesDelayed: number
  /** Answer 412 to a final update whose checksum is not the log's. Current servers only note the difference. */
  refusesWrongChecksum: boolean
  /** Bytes of log beyond which a job fails `trace_size_exceeded`. */
  maxTraceBytes: number
  /** Bytes of one artifact beyond which its upload gets 413. */
  maxArtifactBytes: number
  /** Whether registration tokens are accepted; new servers can refuse them. */
  allowRegistrationTokens: boolean
}

export const defaultBehaviour: Readonly<Behaviour> = {
  longPollSeconds: 50,
  twoPhase: true,
  leaseSeconds: 120,
  traceUpdateInterval: 3,
  finalUpdatesDelayed: 0,
  refusesWrongChecksum: false,
  maxTraceBytes: 100 * 1024 * 1024,
  maxArtifactBytes: 1024 * 1024 * 1024,
  allowRegistrationTokens: true,
}
