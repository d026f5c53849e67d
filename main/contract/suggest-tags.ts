/** What is known of where jobs would run. */
export interface Detected {
  /** As the engine says it, such as `linux`. */
  readonly os: string
  /** As the engine says it, such as `x86_64`. */
  readonly architecture: string
  readonly hasNvidia: boolean
  /** Names, with or without `@version`. */
  readonly toolchains: readonly string[]
}

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
}

/** Tags that say what a job may count on here, in the words people use for them; without those it has. */
export function suggestTags(
  { os, architecture, hasNvidia, toolchains }: Detected,
  has: readonly string[],
): readonly string[] {
  const tags = [
    'docker',
    os,
    architectures[architecture] ?? architecture,
    ...(hasNvidia ? ['gpu'] : []),
    ...toolchains.map((name) => `toolchain-${name.split('@')[0]}`),
  ]
  return [...new Set(tags)].filter((tag) => tag !== '' && !has.includes(tag))
}
