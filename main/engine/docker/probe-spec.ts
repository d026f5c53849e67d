import type { ContainerSpec } from './specs.ts'

/** A container of ours without network: a shell of root that takes a script on its standard input and ends with it. */
export const probeSpec = ({
  image,
  labels,
  binds = [],
}: {
  readonly image: string
  readonly labels: Readonly<Record<string, string>>
  readonly binds?: readonly string[]
}): ContainerSpec => ({
  Image: image,
  Entrypoint: ['sh'],
  Cmd: [],
  User: '0',
  Labels: labels,
  OpenStdin: true,
  StdinOnce: true,
  AttachStdin: true,
  AttachStdout: true,
  AttachStderr: true,
  HostConfig: { NetworkMode: 'none', Binds: binds },
})
