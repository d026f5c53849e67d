/** What the engine or the way to it refused. Never leaves this folder: `asJobFailure` says what it means for a job. */
export class DockerError extends Error {
  override readonly name = 'DockerError'
  /** HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined
  /** Node's code of a failed connection: `ECONNREFUSED`, `ENOENT`, … */
  readonly code: string | undefined
  constructor(
    message: string,
    {
      status,
      code,
      cause,
    }: {
      readonly status?: number | undefined
      readonly code?: string | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause })
    this.status = status
    this.code = code
  }
}

/**
 * Is it the engine's word that the container is gone? A missing network is a 404 of a start, too; Podman answers 500
 * where a container vanishes while it is used.
 */
export const isContainerMissing = (error: unknown): boolean =>
  error instanceof DockerError && error.status !== undefined && /no such container/i.test(error.message)

/** Is it the engine's word that the container, image or volume does not exist? */
export const isMissing = (error: unknown): boolean =>
  (error instanceof DockerError && error.status === 404) || isContainerMissing(error)

/** Did the other side close a connection of ours? What was read until then has arrived. */
export const isConnectionEnd = (error: unknown): boolean =>
  !(error instanceof DockerError) &&
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(String(error.code))

/** Did the engine not answer at all? */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof DockerError && error.status === undefined
