import { parseGoDuration } from '../../contract/go-duration.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { downloadArtifact } from './artifact-download.ts'
import type { ArtifactGateway } from './artifact-port.ts'
import { uploadArtifact } from './artifact-upload.ts'
import type { Transport } from './http.ts'

const defaultUploadTimeout = 60 * 60_000
const defaultHeadersTimeout = 10 * 60_000
/** A server that has begun to send a file has it at hand. */
const defaultStallTimeout = 60_000

/**
 * A runner's way to its jobs' artifacts.
 * @param limits `[runners.artifact]` of the runner's configuration.
 * @param stallTimeout milliseconds that a download may stand still before it is broken off.
 */
export function createArtifactGateway(
  transport: Transport,
  limits: RunnerConfig['artifact'],
  stallTimeout = defaultStallTimeout,
): ArtifactGateway {
  const uploadLimits = {
    timeout: positive(limits.upload_timeout) ?? defaultUploadTimeout,
    headersTimeout: positive(limits.response_header_timeout) ?? defaultHeadersTimeout,
  }
  return {
    upload: (job, artifact, signal) => uploadArtifact(transport, job, artifact, uploadLimits, signal),
    download: (job, from, signal) => downloadArtifact(transport, job, { from, stallTimeout }, signal),
  }
}

function positive(duration: string | undefined): number | undefined {
  const milliseconds = parseGoDuration(duration ?? '')
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : undefined
}
