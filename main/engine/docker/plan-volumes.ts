import path from 'node:path'

import { say } from '../../contract/sentences/say.ts'
import type { MountInfo } from '../../contract/job.ts'
import type { DockerConfig } from '../config/schema.ts'
import type { JobContext } from '../job/context.ts'
import { configurationError } from './configuration-error.ts'
import type { Labeler } from './labels.ts'
import { baseName, destinationKey, isProtected, persistentName } from './names.ts'
import type { MountSpec, VolumeSpec } from './specs.ts'
import { adviceOn } from './volume-advice.ts'
import { isWithin, parseVolume } from './volume-spec.ts'

/** What a job's containers mount, decided before anything is created (docker-executor.md §9). */
export interface VolumePlan {
  /** `source:destination[:options]`: named volumes, runner's volumes, relabelled host paths. */
  readonly binds: readonly Bind[]
  /** Host paths; the engine refuses a missing one instead of creating it (§9.9). */
  readonly mounts: readonly HostMount[]
  /** Volumes the runner creates; their roots are made writable for every user. */
  readonly volumes: readonly RunnerVolume[]
  /** Host folders that only seem to be written to. */
  readonly layers: readonly PrivateLayer[]
  /** For the job's page. */
  readonly infos: readonly MountInfo[]
  /** Sentences for the job's log. */
  readonly warnings: readonly string[]
}

export interface Bind {
  readonly text: string
  readonly destination: string
  /** Whose content may be copied into an empty volume of the runner's: nobody's, or the image's of the script. */
  readonly fills?: 'never' | 'from-build'
  /** A host path that must exist: the engine would create it (§9.9). */
  readonly hostPath?: HostMount
}

export interface HostMount {
  /** As configured, for messages. */
  readonly entry: string
  readonly spec: MountSpec
}

export interface RunnerVolume {
  readonly destination: string
  readonly temporary: boolean
  readonly spec: VolumeSpec
}

/** A host folder with a layer above it that takes what the job writes, and goes with the job. */
export interface PrivateLayer {
  readonly entry: string
  readonly folder: string
  /** Holds what was written. */
  readonly written: VolumeSpec
  /** What containers mount: the folder and what was written, laid over each other. */
  readonly merged: VolumeSpec
}

/**
 * @param hasOverlays whether the engine itself is left to lay overlays (mode `O`); elsewhere volumes stand in for it.
 * @throws JobFailure `runner_configuration_error` for an entry that cannot be had.
 */
export function planVolumes(
  context: JobContext,
  docker: DockerConfig,
  label: Labeler,
  jobHex: string,
  hasOverlays: boolean,
): VolumePlan {
  const plan = new Planning(context, docker, label, jobHex, hasOverlays)
  for (const entry of docker.volumes) plan.add(entry)
  plan.addBuilds()
  return plan.done()
}

class Planning {
  private readonly binds: Bind[] = []
  private readonly mounts: HostMount[] = []
  private readonly volumes: RunnerVolume[] = []
  private readonly layers: PrivateLayer[] = []
  private readonly infos: MountInfo[] = []
  private readonly warnings: string[] = []
  private readonly taken = new Set<string>()
  private readonly context: JobContext
  private readonly docker: DockerConfig
  private readonly label: Labeler
  private readonly jobHex: string
  private readonly hasOverlays: boolean

  constructor(
    context: JobContext,
    docker: DockerConfig,
    label: Labeler,
    jobHex: string,
    hasOverlays: boolean,
  ) {
    this.context = context
    this.docker = docker
    this.label = label
    this.jobHex = jobHex
    this.hasOverlays = hasOverlays
  }

  add(entry: string): void {
    const parsed = parseVolume(entry)
    if (parsed === undefined) throw configurationError(say('volume-spec', { entry, advice: adviceOn(entry) }))
    const destination = this.context.variables.expand(parsed.destination)
    this.take(destination, entry)
    if (parsed.kind === 'cache') {
      if (parsed.dropped.mode === 'ro') {
        this.warn(
          `The volume "${entry}" has no source, so it is a writable cache volume and ":ro" has no effect.`,
        )
      }
      const fills = clean(destination) === clean(this.context.dirs.builds) ? 'never' : 'from-build'
      this.addRunnerVolume(destination, this.docker.disable_cache, fills)
      return
    }
    const { source, mode, label, propagation } = parsed
    const readOnly = mode === 'ro'
    const options = [mode === 'o' ? 'O' : mode, label, propagation].filter((word) => word !== '').join(',')
    const text = `${source}:${destination}${options === '' ? '' : `:${options}`}`
    this.infos.push({ source, target: destination, readOnly })
    if (parsed.kind === 'named') {
      if (/^[a-z]$/i.test(source)) {
        this.warn(
          `The volume "${entry}" mounts the volume named "${source}", not a Windows drive: ${adviceOn('c:\\')}.`,
        )
      }
      this.binds.push({ text, destination })
      return
    }
    const mount: HostMount = {
      entry,
      spec: {
        Type: 'bind',
        Source: source,
        Target: destination,
        ReadOnly: readOnly,
        ...(propagation !== '' && { BindOptions: { Propagation: propagation } }),
      },
    }
    if (label === 'Z') {
      this.warn(
        `The volume "${entry}" is relabelled for one container at a time (Z); jobs that share it break each other. Use z.`,
      )
    }
    if (mode === 'o' && !this.hasOverlays) {
      this.addLayer(mount)
      return
    }
    // Mounts know neither relabelling nor overlays.
    if (label !== '' || mode === 'o') this.binds.push({ text, destination, hostPath: mount })
    else this.mounts.push(mount)
  }

  private addLayer(mount: HostMount): void {
    const { entry } = mount
    const { Source: folder, Target: destination } = mount.spec
    if (/[,:\\]/.test(folder)) throw configurationError(say('volume-no-layer', { entry, folder }))
    const name = (what: string) =>
      `${baseName(this.context)}-${this.jobHex}-${what}-${destinationKey(destination)}`
    const Labels = this.label('layer', { destination, reusable: 'false' })
    const merged = { Name: name('layer'), Labels }
    this.layers.push({ entry, folder, written: { Name: name('written'), Labels }, merged })
    this.binds.push({
      text: `${merged.Name}:${destination}`,
      destination,
      fills: 'never',
      hostPath: { entry, spec: { ...mount.spec, ReadOnly: true } },
    })
  }

  /** The volume of the builds folder, unless an entry above provides the folder (§9.5). */
  addBuilds(): void {
    const { builds } = this.context.dirs
    if (clean(builds) === '/') throw configurationError(say('builds-root'))
    if (this.taken.has(clean(builds)) || this.isOnHost(builds)) return
    this.taken.add(clean(builds))
    const isKept = this.context.settings.gitStrategy === 'fetch' && !this.docker.disable_cache
    this.addRunnerVolume(builds, !isKept, 'never')
  }

  done(): VolumePlan {
    const { binds, mounts, volumes, layers, infos, warnings } = this
    return { binds, mounts, volumes, layers, infos, warnings }
  }

  private warn(sentence: string): void {
    this.warnings.push(sentence)
  }

  private take(destination: string, entry: string): void {
    const cleaned = clean(destination)
    if (cleaned === '/') throw configurationError(say('volume-over-root', { entry }))
    if (this.taken.has(cleaned)) {
      throw configurationError(say('volume-defined', { folder: cleaned }))
    }
    this.taken.add(cleaned)
    if (hidesSystem(cleaned)) {
      this.warn(
        `The volume "${entry}" hides what the image has in ${cleaned}, its shell and tools maybe among it. Mount it at a place of its own, such as /opt/tools.`,
      )
    }
    const { project } = this.context.dirs
    if (isWithin(cleaned, project)) {
      this.warn(
        `The volume "${entry}" lies inside the project folder ${project}, where git cleans up and may fail on it.`,
      )
    }
  }

  private isOnHost(folder: string): boolean {
    const destinations = [
      ...this.mounts.map(({ spec }) => spec.Target),
      ...this.binds.filter(({ hostPath }) => hostPath).map((bind) => bind.destination),
    ]
    return destinations.some((destination) => isWithin(folder, clean(destination)))
  }

  private addRunnerVolume(destination: string, temporary: boolean, fills: 'never' | 'from-build'): void {
    const { context, docker } = this
    const suffix = isProtected(context) ? '-protected' : ''
    const key = destinationKey(destination)
    if (!temporary && docker.cache_dir !== '') {
      if (!docker.cache_dir.startsWith('/')) {
        throw configurationError(say('cache-dir-absolute', { folder: docker.cache_dir }))
      }
      const source = `${docker.cache_dir.replace(/\/$/, '')}/${persistentName(context)}/${key}${suffix}`
      this.binds.push({ text: `${source}:${destination}`, destination })
      this.infos.push({ source, target: destination, readOnly: false })
      return
    }
    const owner = temporary ? `${baseName(context)}-${this.jobHex}` : persistentName(context)
    const name = `${owner}-cache-${key}${suffix}`
    const labels = { destination, protected: String(suffix !== ''), reusable: String(!temporary) }
    this.volumes.push({
      destination,
      temporary,
      spec: {
        Name: name,
        ...(docker.volume_driver !== '' && { Driver: docker.volume_driver }),
        ...(Object.keys(docker.volume_driver_ops).length > 0 && { DriverOpts: docker.volume_driver_ops }),
        Labels: this.label('cache', labels),
      },
    })
    this.binds.push({ text: `${name}:${destination}`, destination, fills })
    this.infos.push({ source: name, target: destination, readOnly: false })
  }
}

/** The runner's volume at the builds folder, if it is in one. */
export const buildsVolumeOf = ({ volumes }: Pick<VolumePlan, 'volumes'>, builds: string) =>
  volumes.find(({ destination }) => clean(destination) === clean(builds))

const clean = (folder: string) => path.posix.resolve('/', folder)

const systemFolders = [
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/libexec',
  '/etc',
]

/** Would a mount here hide the programs the helper container needs (§9.7)? */
export const hidesSystem = (destination: string): boolean => systemFolders.includes(clean(destination))
