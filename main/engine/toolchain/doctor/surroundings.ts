import type { User } from './access.ts'
import type { ContainerView } from './container-view.ts'
import type { EngineCpu } from './engine-cpu.ts'
import type { ImageFiles } from './image-files.ts'

/** Where programs are judged: one toolchain in one image. */
export interface Surroundings {
  readonly view: ContainerView
  readonly image: ImageFiles
  /** Of the image: `amd64`, `arm64`, … */
  readonly architecture: string
  /** Of the engine, which is what programs run on. */
  readonly cpu: EngineCpu
  /** `LD_LIBRARY_PATH` of a job. */
  readonly libraryPath: readonly string[]
  /** `PATH` of a job. */
  readonly path: readonly string[]
  /** The job's user, where it is not root. */
  readonly user: User | undefined
}
