import { JobFailure } from '../job/outcome.ts'

/** A mistake in `[runners.docker]` or in the job that trying again cannot cure. */
export const configurationError = (message: string, cause?: unknown): JobFailure =>
  new JobFailure('runner_configuration_error', message, { cause })
