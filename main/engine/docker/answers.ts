import { z } from 'zod'

import { DockerError } from './docker-error.ts'
import type {
  ContainerSample,
  ContainerState,
  EngineDisk,
  Image,
  Labelled,
  ListedImage,
  PathStat,
} from './port.ts'

// Docker writes null for an empty list or map, Podman leaves the key out.
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}))
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})

const image = z.object({
  Id: z.string(),
  RepoDigests: texts,
  Os: text,
  Architecture: text,
  Variant: text,
  Config: z.object({ User: text, Entrypoint: texts, Env: texts, ExposedPorts: keys }).nullish(),
})

export function readImage(answer: unknown): Image {
  const { Id, RepoDigests, Os, Architecture, Variant, Config } = image.parse(answer)
  return {
    id: Id,
    digests: RepoDigests,
    os: Os,
    architecture: Architecture,
    variant: Variant,
    user: Config?.User ?? '',
    entrypoint: Config?.Entrypoint ?? [],
    env: Config?.Env ?? [],
    ports: Config?.ExposedPorts ?? [],
  }
}

const images = z.array(z.object({ Id: z.string(), RepoTags: texts, Size: z.number().default(0) }))
export const readImages = (answer: unknown): readonly ListedImage[] =>
  images.parse(answer).flatMap(({ Id, RepoTags, Size }) => {
    const names = RepoTags.filter((name) => !name.includes('<none>'))
    return names.length === 0 ? [] : [{ id: Id, names, size: Size }]
  })

const pathStat = z.object({ mode: z.number(), size: z.number(), linkTarget: text })
// Go's os.FileMode: kinds in the upper bits.
const modes = {
  folder: 2 ** 31,
  link: 2 ** 27,
  others: 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 21 + 2 ** 19,
} as const

/** The header of an answer about a path: JSON in base64. */
export function readPathStat(header: string | readonly string[] | undefined): PathStat {
  const { mode, size, linkTarget } = pathStat.parse(
    JSON.parse(Buffer.from(String(header ?? ''), 'base64').toString()),
  )
  const is = (bits: number) => (BigInt(mode) & BigInt(bits)) !== 0n
  const kind = is(modes.folder) ? 'folder' : is(modes.link) ? 'link' : is(modes.others) ? 'other' : 'file'
  return { kind, mode: mode & 0o777, size, target: linkTarget }
}

const container = z.object({
  Id: z.string(),
  Name: text,
  State: z.object({
    Status: text,
    Running: z.boolean(),
    OOMKilled: z.boolean().nullish(),
    ExitCode: z.number(),
  }),
  Config: z.object({ Env: texts, ExposedPorts: keys }),
  NetworkSettings: z
    .object({
      Networks: z
        .record(z.string(), z.object({ IPAddress: text, GlobalIPv6Address: text }).nullable())
        .nullish(),
    })
    .nullish(),
})

export function readContainer(answer: unknown): ContainerState {
  const { Id, Name, State, Config, NetworkSettings } = container.parse(answer)
  const endpoints = Object.values(NetworkSettings?.Networks ?? {}).filter((endpoint) => endpoint !== null)
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    status: State.Status,
    running: State.Running,
    outOfMemory: State.OOMKilled ?? false,
    exitCode: State.ExitCode,
    addresses: [
      ...endpoints.map((endpoint) => endpoint.IPAddress),
      ...endpoints.map((endpoint) => endpoint.GlobalIPv6Address),
    ].filter((address) => address !== ''),
    ports: Config.ExposedPorts,
    env: Config.Env,
  }
}

const count = z.number().nullish()
const sample = z.object({
  read: text,
  memory_stats: z
    .object({
      usage: count,
      stats: z.object({ total_inactive_file: count, inactive_file: count }).nullish(),
    })
    .nullish(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: count }).nullish() }).nullish(),
})

/** As `docker stats` counts: cgroups v1 say `total_inactive_file`, v2 `inactive_file`, Podman has taken it off. */
export function readSample(answer: unknown): ContainerSample | undefined {
  const { read, memory_stats: memory, cpu_stats: cpu } = sample.parse(answer)
  const at = Date.parse(read)
  const usage = memory?.usage ?? 0
  // Of what does not run, Docker answers zeros and the year 1.
  if (!(at > 0) || usage === 0) return undefined
  const inactive = memory?.stats?.total_inactive_file ?? memory?.stats?.inactive_file ?? 0
  return {
    at,
    memory: inactive < usage ? usage - inactive : usage,
    cpuSeconds: (cpu?.cpu_usage?.total_usage ?? 0) / 1e9,
  }
}

// -1 = not counted.
const bytes = z
  .number()
  .default(0)
  .transform((value) => Math.max(value, 0))
const disk = z.object({
  Images: z
    .array(z.object({ Id: z.string(), RepoTags: texts, Size: bytes, SharedSize: bytes, Containers: bytes }))
    .nullish(),
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        Labels: labels,
        CreatedAt: text,
        UsageData: z.object({ Size: bytes, RefCount: bytes }).nullish(),
      }),
    )
    .nullish(),
})

export function readEngineDisk(answer: unknown): EngineDisk {
  const { Images, Volumes } = disk.parse(answer)
  return {
    images: (Images ?? []).map(({ Id, RepoTags, Size, SharedSize, Containers }) => ({
      id: Id,
      names: RepoTags.filter((name) => !name.includes('<none>')),
      bytes: Math.max(Size - SharedSize, 0),
      containers: Containers,
    })),
    volumes: (Volumes ?? []).map(({ Name, Labels, CreatedAt, UsageData }) => ({
      name: Name,
      labels: Labels,
      bytes: UsageData?.Size ?? 0,
      containers: UsageData?.RefCount ?? 0,
      createdAt: Date.parse(CreatedAt) || 0,
    })),
  }
}

const volumeSizes = z.object({
  Volumes: z.array(z.object({ Name: z.string(), UsageData: z.unknown() })).nullish(),
})
const volumeList = z.object({ Volumes: z.array(z.looseObject({ Name: z.string() })).nullish() })

/**
 * Podman tells what volumes take without their labels, and images without their whole names.
 * @param usage of `/system/df`, whose sizes of volumes are in no other answer
 */
export function readPodmanDisk(usage: unknown, listedImages: unknown, listedVolumes: unknown): EngineDisk {
  const sizes = new Map(
    (volumeSizes.parse(usage).Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData]),
  )
  const named = (volumeList.parse(listedVolumes).Volumes ?? []).map((volume) => ({
    ...volume,
    UsageData: sizes.get(volume.Name),
  }))
  const { images, volumes } = readEngineDisk({ Images: listedImages, Volumes: named })
  // Docker leaves Docker Hub's names out, and so do those who name an image.
  const familiar = (name: string) => name.replace(/^docker\.io\/(library\/)?/, '')
  return { images: images.map((image) => ({ ...image, names: image.names.map(familiar) })), volumes }
}

const created = z.object({ Id: z.string() })
/** The id in the answer to a create request. */
export const readCreated = (answer: unknown): string => created.parse(answer).Id

const listed = z.array(z.object({ Id: z.string(), Name: text, Names: texts, Labels: labels }))
/** Containers or networks. */
export const readList = (answer: unknown): readonly Labelled[] =>
  listed.parse(answer).map(({ Id, Name, Names, Labels }) => ({
    id: Id,
    name: Name || (Names[0] ?? '').replace(/^\//, ''),
    labels: Labels,
  }))

const mountpoint = z.object({ Mountpoint: text })
export const readMountpoint = (answer: unknown): string => mountpoint.parse(answer).Mountpoint

const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels: labels })).nullish() })
export const readVolumes = (answer: unknown): readonly Labelled[] =>
  (volumes.parse(answer).Volumes ?? []).map(({ Name, Labels }) => ({ id: Name, name: Name, labels: Labels }))

const network = z.object({ Containers: keys })
/** Ids of the containers on a network. */
export const readNetwork = (answer: unknown): readonly string[] => network.parse(answer).Containers

const bridge = z.object({
  IPAM: z.object({
    Config: z.array(z.object({ Gateway: z.string().optional(), Subnet: z.string().optional() })),
  }),
})
/** The host's address on the bridge: its gateway, which an engine started for the first time leaves to the subnet. */
export function readGateway(answer: unknown): string | undefined {
  const [first] = bridge.parse(answer).IPAM.Config.filter(({ Subnet }) => Subnet?.includes('.') === true)
  return first?.Gateway ?? first?.Subnet?.replace(/\.\d+\/\d+$/, '.1')
}

const mtu = z.object({
  Options: z.object({ 'com.docker.network.driver.mtu': z.coerce.number().optional() }).nullish(),
})
export const readMtu = (answer: unknown): number | undefined =>
  mtu.parse(answer).Options?.['com.docker.network.driver.mtu']

const exec = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() })
export function readExec(answer: unknown): { readonly exitCode: number | undefined } {
  const { Running, ExitCode } = exec.parse(answer)
  return { exitCode: Running ? undefined : (ExitCode ?? undefined) }
}

const exit = z.object({ StatusCode: z.number() })
/** The exit status; Windows' unsigned ones become negative (docker-executor.md §12.3). */
export function readWait(body: string): number {
  if (body === '') throw new DockerError('the engine ended the wait for the container without an exit status')
  return exit.parse(JSON.parse(body)).StatusCode | 0
}
