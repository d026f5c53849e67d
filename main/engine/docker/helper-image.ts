import type { DockerConfig } from '../config/schema.ts'
import type { JobContext } from '../job/context.ts'
import { compatibleVersion } from '../version.ts'

const repository = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper'

const architectures: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  aarch64: 'arm64',
  armv6l: 'arm',
  armv7l: 'arm',
}

/** GitLab's own helper image for an engine's architecture (docker-executor.md §7.1). */
export function defaultHelperImage(architecture: string, flavor: string): string {
  const prefix = flavor === '' || flavor === 'alpine' ? '' : `${flavor}-`
  return `${repository}:${prefix}${architectures[architecture] ?? architecture}-v${compatibleVersion}`
}

/** The helper image of a job, and whether the configuration names it. */
export function helperImageName(
  { variables }: Pick<JobContext, 'variables'>,
  { helper_image, helper_image_flavor }: DockerConfig,
  architecture: string,
): { readonly name: string; readonly isConfigured: boolean; readonly defaultName: string } {
  const configured = variables.expand(helper_image)
  const defaultName = defaultHelperImage(architecture, variables.expand(helper_image_flavor))
  return { name: configured || defaultName, isConfigured: configured !== '', defaultName }
}
