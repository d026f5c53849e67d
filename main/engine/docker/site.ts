import type { DockerConfig } from '../config/schema.ts'
import type { Clock } from '../clock.ts'
import type { JobContext } from '../job/context.ts'
import type { JobOutput } from '../job/ports.ts'
import type { Labeler } from './labels.ts'
import type { Leftovers } from './leftovers.ts'
import type { ResourceMeter } from './meter-resources.ts'
import type { VolumePlan } from './plan-volumes.ts'
import type { DockerEngine } from './port.ts'
import type { JobUse } from './usage.ts'

/** One job's place on an engine: what everything made for it shares. */
export interface Site {
  readonly engine: DockerEngine
  readonly clock: Clock
  readonly context: JobContext
  readonly docker: DockerConfig
  readonly output: JobOutput
  readonly label: Labeler
  readonly volumes: VolumePlan
  /** Host name, and how container names begin. */
  readonly base: string
  /** 16 hex digits in the names of this job's containers and temporary volumes. */
  readonly hex: string
  readonly leftovers: Leftovers
  readonly use: JobUse
  readonly meter: ResourceMeter
}
