/** What one container of a job uses, as its engine counts it. */
export interface ContainerUse {
  readonly role: 'build' | 'helper' | 'service'
  /** Of a service: its image without tag. */
  readonly service?: string
  /**
   * Bytes, the most that was seen. As `docker stats` counts them: without files that the kernel keeps in memory and
   * gives up when memory is needed.
   */
  readonly peakMemory: number
  /** Bytes; absent where it has no limit of its own. */
  readonly memoryLimit?: number
  /** It needed more memory than its limit, so that the kernel killed something in it. */
  readonly ranOut?: true
  /** Of processor time. */
  readonly cpuSeconds: number
  /** In processors; absent where it has no limit of its own. */
  readonly cpuLimit?: number
  /** Absent where it does not run. */
  readonly now?: ContainerLoad
}

export interface ContainerLoad {
  /** Bytes. */
  readonly memory: number
  /** How many processors it keeps busy; absent until it can be told. */
  readonly cpus?: number
}

/** What the containers of a job use together. Looked at every few seconds: a shorter peak goes unseen. */
export interface JobResources {
  /** Bytes, the most that was seen at one time. */
  readonly peakMemory: number
  readonly cpuSeconds: number
  /** In the order in which they were made. */
  readonly containers: readonly ContainerUse[]
}

/** What they use now; `undefined` where none of them runs. */
export function loadNow({ containers }: JobResources): ContainerLoad | undefined {
  const running = containers.flatMap(({ now }) => now ?? [])
  if (running.length === 0) return undefined
  const told = running.flatMap(({ cpus }) => cpus ?? [])
  return {
    memory: sum(running.map(({ memory }) => memory)),
    ...(told.length > 0 && { cpus: sum(told) }),
  }
}

/** Did the engine see one of them run out of memory? */
export const hasRunOut = ({ containers }: JobResources): boolean =>
  containers.some(({ ranOut }) => ranOut === true)

/** What is left to tell of them once they are over. */
export const withoutNow = ({ containers, ...all }: JobResources): JobResources => ({
  ...all,
  containers: containers.map(({ now: _, ...rest }) => rest),
})

/** The container whose memory ran out, or came nearest to it. */
export function tightest({
  containers,
}: JobResources): (ContainerUse & { readonly memoryLimit: number }) | undefined {
  const limited = containers.flatMap((one) =>
    one.memoryLimit === undefined ? [] : [{ ...one, memoryLimit: one.memoryLimit }],
  )
  const share = ({ peakMemory, memoryLimit, ranOut }: (typeof limited)[number]) =>
    ranOut === true ? Infinity : peakMemory / memoryLimit
  return limited.toSorted((a, b) => share(b) - share(a))[0]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
