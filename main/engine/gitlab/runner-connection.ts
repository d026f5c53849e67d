import { createArtifactGateway } from './artifact-gateway.ts'
import type { ArtifactGateway } from './artifact-port.ts'
import { gatewayOver, transportOf, unusableGateway, type GatewayOptions } from './gateway.ts'
import type { RunnerGateway } from './port.ts'

/** Opens what one `[[runners]]` entry needs of GitLab; jobs and artifacts share their connections. */
export function connectRunner(options: GatewayOptions): {
  readonly gateway: RunnerGateway
  readonly artifacts: ArtifactGateway
} {
  const transport = transportOf(options)
  if (transport) {
    return {
      gateway: gatewayOver(transport, options),
      artifacts: createArtifactGateway(transport, options.runner.artifact),
    }
  }
  const noAnswer = { kind: 'no-answer', problem: `"${options.runner.url}" is no http or https URL` } as const
  return {
    gateway: unusableGateway(options.runner),
    artifacts: { upload: async () => noAnswer, download: async () => noAnswer },
  }
}
