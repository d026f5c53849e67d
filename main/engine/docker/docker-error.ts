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

/** Is it the engine's word that the container, image or volume does not exist? */
export const isMissing = (error: unknown): boolean => error instanceof DockerError && error.status === 404

/** Is it the engine's word that the container is gone? A missing network is a 404 of a start, too. */
export const isContainerMissing = (error: unknown): boolean =>
  error instanceof DockerError && error.status === 404 && /no such container/i.test(error.message)

/** Did the engine not answer at all? */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof DockerError && error.status === undefined
