import type { ArtifactInfo } from '../../contract/job.ts'
import type { ArtifactGateway } from '../gitlab/artifact-port.ts'

/** The same gateway, which also tells of every artifact that GitLab has taken. */
export function noteUploads(
  gateway: ArtifactGateway,
  stored: (artifact: ArtifactInfo) => void,
): ArtifactGateway {
  return {
    download: (job, from, signal) => gateway.download(job, from, signal),
    async upload(job, request, signal) {
      let bytes = 0
      const { filename, type, format } = request
      const content = async function* () {
        // An upload that is tried again begins anew.
        bytes = 0
        for await (const chunk of request.content()) {
          bytes += chunk.length
          yield chunk
        }
      }
      const answer = await gateway.upload(job, { ...request, content }, signal)
      if (answer.kind === 'stored')
        stored({ name: filename, type: type || 'archive', format: format || 'zip', bytes })
      return answer
    },
  }
}
