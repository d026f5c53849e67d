import type { Duplex, Readable } from 'node:stream'

import type { ContainerSpec, NetworkSpec, VolumeSpec } from './specs.ts'

/** The Docker engine in our words: one verb per thing a job needs. Every verb throws `DockerError`. */
export interface DockerEngine {
  readonly about: EngineAbout
  /** Resolves if the engine answers. */
  ping(): Promise<void>

  /** `undefined` where the engine has no such image. */
  inspectImage(name: string, signal?: AbortSignal, platform?: string): Promise<Image | undefined>
  /** Every image that has a name. */
  listImages(): Promise<readonly ListedImage[]>
  /** Makes an image of a file system. @param reference `repository:tag` */
  importImage(reference: string, tar: Readable): Promise<void>
  /** Reads the whole progress stream; an error inside the stream is thrown. */
  pullImage(
    request: PullRequest,
    onProgress: (layer: LayerProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /**
   * Does the registry describe the image to whoever has these credentials? `false` where it has no such image any more,
   * or where the engine, as Podman, cannot ask. A refusal is thrown.
   */
  askRegistry(name: string, credentials: RegistryAuth | undefined, signal?: AbortSignal): Promise<boolean>

  /** A volume that exists already is left as it is. @returns where its content lies on the engine's machine. */
  createVolume(spec: VolumeSpec, signal?: AbortSignal): Promise<string>
  listVolumes(labels: readonly string[]): Promise<readonly Labelled[]>
  /** A volume that is gone already is fine. */
  removeVolume(name: string): Promise<void>

  /** @returns the network's id. */
  createNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<string>
  listNetworks(labels: readonly string[]): Promise<readonly Labelled[]>
  /** @returns ids of the containers attached to it; empty where it is gone. */
  containersOn(network: string): Promise<readonly string[]>
  removeNetwork(id: string): Promise<void>
  /**
   * This host's address on the engine's default bridge, where containers reach what listens on it; `undefined` where
   * the bridge lies in another machine, as with Docker Desktop.
   */
  hostAddress(): Promise<string | undefined>
  /** The MTU in bytes that the engine was told to give its default bridge; `undefined` where it has none. */
  bridgeMtu(): Promise<number | undefined>

  /** @returns the container's id. */
  createContainer(request: CreateRequest, signal?: AbortSignal): Promise<string>
  startContainer(id: string, signal?: AbortSignal): Promise<void>
  /** TERM to the first process, KILL after the engine's grace period; resolves once the container has stopped. */
  stopContainer(id: string, signal?: AbortSignal): Promise<void>
  /** `undefined` where it is gone. */
  inspectContainer(id: string, signal?: AbortSignal): Promise<ContainerState | undefined>
  /**
   * What it uses of the machine, counted by the engine when it is asked; up to two seconds later it has answered.
   * `undefined` where it does not run, or the engine has no numbers.
   */
  sampleContainer(id: string, signal?: AbortSignal): Promise<ContainerSample | undefined>
  /** Running or not, ours or gone: afterwards it is not there. `volumes`: with its anonymous volumes. */
  removeContainer(id: string, options: { readonly volumes: boolean }): Promise<void>
  listContainers(labels: readonly string[]): Promise<readonly Labelled[]>
  /**
   * Resolves once the engine watches for the exit, so that a container started afterwards cannot exit unseen.
   * `next-exit` also waits for one that has not started yet.
   */
  watchExit(id: string, condition: 'next-exit' | 'not-running', signal?: AbortSignal): Promise<ExitWatch>
  /** The raw connection to a container's streams; output is in frames (docker-executor.md §12.2). */
  attach(id: string, signal?: AbortSignal): Promise<Duplex>
  /** Standard output and error in frames. */
  readLogs(id: string, options: LogOptions, signal?: AbortSignal): Promise<Readable>

  /** Unpacks a tar in the container's file system; works on one that was never started. */
  putArchive(id: string, path: string, tar: Buffer | Readable, signal?: AbortSignal): Promise<void>
  /**
   * What lies at a path of a container, which need not have been started. Links on the way are followed, one at the
   * end is told. `undefined` where nothing is.
   */
  statPath(id: string, path: string, signal?: AbortSignal): Promise<PathStat | undefined>
  /** A tar of a file or a folder of a container, which need not have been started. */
  readArchive(id: string, path: string, signal?: AbortSignal): Promise<Readable>

  createExec(id: string, spec: ExecSpec, signal?: AbortSignal): Promise<string>
  /** Starts it; output is in frames. */
  startExec(execId: string, signal?: AbortSignal): Promise<Duplex>
  /** Starts one made with a terminal; what comes and goes are its bytes. */
  startTerminal(execId: string): Promise<Duplex>
  resizeTerminal(execId: string, size: { readonly columns: number; readonly rows: number }): Promise<void>
  /** `exitCode` is undefined while it runs. */
  inspectExec(execId: string): Promise<{ readonly exitCode: number | undefined }>

  /** What images and volumes take. Slow: the engine walks through every volume. */
  readDisk(signal?: AbortSignal): Promise<EngineDisk>
  /** Takes a name from an image, which goes with its last one. @throws DockerError where a container uses it. */
  removeImage(reference: string): Promise<void>

  /** Ends idle connections. */
  close(): void
}

export interface EngineAbout {
  readonly endpoint: string
  /** Why this endpoint was chosen, in words. */
  readonly because: string
  readonly name: string
  readonly product: 'Docker' | 'Podman'
  readonly version: string
  /** Negotiated, such as `1.44`. */
  readonly apiVersion: string
  /** `linux`, `windows` or `freebsd`. */
  readonly os: string
  /** As the engine spells it: `x86_64`, `aarch64`, … */
  readonly architecture: string
  readonly kernelVersion: string
  readonly operatingSystem: string
  /** Where the engine keeps its data, on its own machine. */
  readonly rootFolder: string
  /** Does it run as a plain user? Then it may not mount file systems for volumes, if it is Podman. */
  readonly isRootless: boolean
  /** NVIDIA's runtime is there, which gives containers its GPUs. */
  readonly hasNvidia: boolean
}

export interface Image {
  readonly id: string
  /** `repository@sha256:…` of each registry it came from. */
  readonly digests: readonly string[]
  readonly os: string
  /** `amd64`, `arm64`, … */
  readonly architecture: string
  readonly variant: string
  readonly user: string
  /** Empty where it has none. */
  readonly entrypoint: readonly string[]
  readonly env: readonly string[]
  /** Exposed ports, `6379/tcp`. */
  readonly ports: readonly string[]
}

export interface ListedImage {
  readonly id: string
  /** `repository:tag` each. */
  readonly names: readonly string[]
  /** Bytes. */
  readonly size: number
}

export interface PathStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  /** Of a link: where it leads in the container in the end. */
  readonly target: string
}

export interface EngineDisk {
  readonly images: readonly ImageOnDisk[]
  readonly volumes: readonly VolumeOnDisk[]
}

export interface ImageOnDisk {
  readonly id: string
  /** `repository:tag`; empty for one that lost its name to a newer one. */
  readonly names: readonly string[]
  /** What no other image shares, where the engine tells; else all of it. */
  readonly bytes: number
  /** How many containers were made from it. */
  readonly containers: number
}

export interface VolumeOnDisk {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly bytes: number
  readonly containers: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface PullRequest {
  /** Without tag and digest. */
  readonly repository: string
  /** A tag or a digest. */
  readonly tag: string
  readonly platform?: string
  readonly credentials?: RegistryAuth
}

export interface RegistryAuth {
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly serveraddress: string
}

/** One event of a pull: bytes of one layer in one of its two halves. */
export interface LayerProgress {
  readonly layer: string
  readonly status: string
  readonly current: number | undefined
  readonly total: number | undefined
}

export interface CreateRequest {
  readonly name?: string
  /** `linux/arm64`. */
  readonly platform?: string
  readonly spec: ContainerSpec
}

export interface ContainerState {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly running: boolean
  readonly outOfMemory: boolean
  readonly exitCode: number
  /** Addresses on all networks, v4 before v6. */
  readonly addresses: readonly string[]
  /** Exposed ports, `6379/tcp`. */
  readonly ports: readonly string[]
  readonly env: readonly string[]
}

/** What a container uses at one time. */
export interface ContainerSample {
  /** Milliseconds since the epoch, by the engine's clock. */
  readonly at: number
  /** Bytes, without what the kernel could give up at once. */
  readonly memory: number
  /** Of processor time, since it was started. */
  readonly cpuSeconds: number
}

export interface ExitWatch {
  /** The exit status as a signed 32-bit number. */
  readonly exitCode: Promise<number>
}

/** What the lists tell of an object: enough to know whose it is. */
export interface Labelled {
  /** Volumes have a name only. */
  readonly id: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

export interface LogOptions {
  readonly follow: boolean
  readonly timestamps: boolean
}

export interface ExecSpec {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly terminal?: boolean
  readonly env?: readonly string[]
  readonly user?: string
  readonly workingDir?: string
}
