import path from 'node:path'

import { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'

/** A refused toolchain, or one that is not there. The message names it and the way out. */
export class ToolchainProblem extends Error {
  override readonly name = 'ToolchainProblem'
}

const word = /^[A-Za-z0-9][\w.+-]*$/
// What the runner's grammar of volumes, a shell's double quotes and a search path can all carry.
const plainPath = /^[^\\:*?"'<>|$`!\p{Cc}]+$/u

const label = z.string().max(100).regex(word, say('toolchain-label'))
const place = z.string().regex(plainPath, say('toolchain-path-characters'))
const absolute = place.refine((text) => text.startsWith('/'), say('toolchain-path-begin'))

/** Folders an image's own programs live in: a mount there hides them (docker-executor.md §18.3). */
const systemFolders = new Set(
  [
    '',
    '/bin',
    '/boot',
    '/dev',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/proc',
    '/root',
    '/run',
    '/sbin',
    '/sys',
  ].concat(
    [
      '/tmp',
      '/usr',
      '/usr/bin',
      '/usr/lib',
      '/usr/lib64',
      '/usr/local',
      '/usr/local/bin',
      '/usr/sbin',
      '/var',
    ],
    ['/builds', '/cache'],
  ),
)

const mountPoint = absolute
  .transform(normal)
  .refine((folder) => !systemFolders.has(folder === '/' ? '' : folder), say('toolchain-mount-hides'))

const variables = z.record(
  z.string().regex(/^[A-Za-z_]\w*$/, say('toolchain-variable-name')),
  // A "$" would be expanded by some readers of the file and not by others (config-toml.md §3.2).
  z.string().regex(/^[^$\p{Cc}]*$/u, say('toolchain-variable-value')),
)

const describedToolchain = z.strictObject({
  name: label,
  version: label,
  /** On the machine of the Docker engine. Never changed in place: a new version is a new folder. */
  folder: absolute.transform(normal),
  /**
   * A named volume of the engine that holds a copy of the folder; jobs get it instead, where the engine does not see
   * the folder or reads it slowly.
   */
  volume: label.min(2, say('toolchain-drive-letter')).optional(),
  /** Where jobs see it. */
  mountPoint,
  variables: variables
    .refine((all) => !('PATH' in all) && !('LD_LIBRARY_PATH' in all), say('toolchain-path-as-folders'))
    .default({}),
  /** Folders of programs, first found first; relative ones start at the mount point. */
  path: z.array(place).default([]),
  /** Folders of libraries, likewise. */
  libraryPath: z.array(place).default([]),
  notes: z.string().default(''),
  /** Projects its licence is for, such as `firmware/boot` or `firmware/*`. Absent: every project. */
  projects: z.array(z.string().min(1)).optional(),
  /** Runners whose jobs may ask for it by `DRYDOCK_TOOLCHAINS`; `*` stands for all. */
  onRequest: z.array(z.string().min(1)).default([]),
  /** What a job does when the content is no longer what was recorded. */
  onDrift: z.enum(['stop', 'warn']).default('stop'),
  /**
   * `private-layer`: what a job writes into it goes into a layer of the job's own, which is dropped with the job. The
   * folder stays as it is either way. Other runners than Drydock mount it read-only.
   */
  writable: z.enum(['no', 'private-layer']).default('no'),
})

export const toolchainSchema = describedToolchain
  .refine(({ writable, folder }) => writable === 'no' || !folder.includes(','), {
    path: ['folder'],
    error: say('toolchain-layer-comma'),
  })
  .refine(({ writable, volume }) => writable === 'no' || volume === undefined, {
    path: ['writable'],
    error: say('toolchain-layer-volume'),
  })

/** A folder with compilers, and how jobs reach it. */
export type Toolchain = z.output<typeof toolchainSchema>
export type ToolchainInput = z.input<typeof toolchainSchema>

/** @throws ToolchainProblem naming the first field that is wrong. */
export function readToolchain(value: unknown, source: string): Toolchain {
  const parsed = toolchainSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  const why = issue?.message ?? 'is no toolchain'
  throw new ToolchainProblem(
    field === '' ? `${source}: ${why}.` : `${say('toolchain-field', { name: source, field, why })}.`,
  )
}

/** `name@version`. */
export const referenceOf = ({ name, version }: Pick<Toolchain, 'name' | 'version'>) => `${name}@${version}`

export interface Reference {
  readonly name: string
  /** Absent: the current version. */
  readonly version?: string
}

/** Reads `name` or `name@version`. @throws ToolchainProblem */
export function parseReference(text: string): Reference {
  const [name = '', version, ...more] = text.split('@')
  if (!word.test(name) || more.length > 0 || (version !== undefined && !word.test(version)))
    throw new ToolchainProblem(`${say('toolchain-reference', { text })}.`)
  return version === undefined ? { name } : { name, version }
}

/** The search folders as jobs see them, absolute. */
export const searchFolders = ({ mountPoint: at, path: programs, libraryPath }: Toolchain) => ({
  path: programs.map((folder) => path.posix.resolve(at, folder)),
  libraryPath: libraryPath.map((folder) => path.posix.resolve(at, folder)),
})

/** May jobs of this project use it? `group/*` covers a group with its subgroups. */
export const isForProject = ({ projects }: Pick<Toolchain, 'projects'>, project: string): boolean =>
  projects === undefined ||
  projects.some((allowed) =>
    allowed.endsWith('/*')
      ? project.startsWith(allowed.slice(0, -1))
      : allowed === '*' || allowed === project,
  )

function normal(folder: string): string {
  const clean = path.posix.normalize(folder)
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean
}
