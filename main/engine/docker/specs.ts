/**
 * Bodies of the create requests, in the spelling of the Docker Engine API. They are our own types, so that what we
 * send is seen at a glance and nothing is sent that is not named here.
 */
export interface ContainerSpec {
  readonly Image: string
  readonly Hostname?: string
  readonly User?: string
  readonly Cmd?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Env?: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly Tty?: boolean
  readonly AttachStdin?: boolean
  readonly AttachStdout?: boolean
  readonly AttachStderr?: boolean
  readonly OpenStdin?: boolean
  readonly StdinOnce?: boolean
  readonly HostConfig: HostConfig
  readonly NetworkingConfig?: { readonly EndpointsConfig: Readonly<Record<string, EndpointSpec>> }
}

export interface EndpointSpec {
  readonly Aliases?: readonly string[]
  readonly MacAddress?: string
}

export interface MountSpec {
  readonly Type: 'bind' | 'volume'
  readonly Source: string
  readonly Target: string
  readonly ReadOnly: boolean
  readonly BindOptions?: { readonly Propagation: string }
}

export interface HostConfig {
  readonly Binds?: readonly string[]
  readonly Mounts?: readonly MountSpec[]
  readonly VolumesFrom?: readonly string[]
  readonly VolumeDriver?: string
  readonly Tmpfs?: Readonly<Record<string, string>>
  readonly NetworkMode?: string
  readonly Dns?: readonly string[]
  readonly DnsSearch?: readonly string[]
  readonly ExtraHosts?: readonly string[]
  readonly Links?: readonly string[]
  readonly Memory?: number
  readonly MemorySwap?: number
  readonly MemoryReservation?: number
  readonly NanoCpus?: number
  readonly CpusetCpus?: string
  readonly CpusetMems?: string
  readonly CpuShares?: number
  readonly CgroupParent?: string
  readonly OomKillDisable?: boolean
  readonly OomScoreAdj?: number
  readonly ShmSize?: number
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[]
  readonly Sysctls?: Readonly<Record<string, string>>
  readonly Devices?: readonly DeviceSpec[]
  readonly DeviceCgroupRules?: readonly string[]
  readonly DeviceRequests?: readonly DeviceRequest[]
  readonly CapAdd?: readonly string[]
  readonly CapDrop?: readonly string[]
  readonly SecurityOpt?: readonly string[]
  readonly Privileged?: boolean
  readonly UsernsMode?: string
  readonly GroupAdd?: readonly string[]
  readonly Runtime?: string
  readonly Isolation?: string
  readonly PidMode?: string
  readonly IpcMode?: string
  readonly Init?: boolean
  readonly LogConfig?: { readonly Type: string; readonly Config: Readonly<Record<string, string>> }
  readonly RestartPolicy?: { readonly Name: 'no' }
}

export interface DeviceSpec {
  readonly PathOnHost: string
  readonly PathInContainer: string
  readonly CgroupPermissions: string
}

export interface DeviceRequest {
  readonly Driver: string
  /** -1 = all. */
  readonly Count: number
  readonly DeviceIDs?: readonly string[]
  readonly Capabilities: readonly (readonly string[])[]
  readonly Options: Readonly<Record<string, string>>
}

export interface NetworkSpec {
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>>
  readonly EnableIPv6: boolean
  readonly Options?: Readonly<Record<string, string>>
}

export interface VolumeSpec {
  readonly Name: string
  readonly Driver?: string
  readonly DriverOpts?: Readonly<Record<string, string>>
  readonly Labels: Readonly<Record<string, string>>
}
