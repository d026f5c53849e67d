import { z } from 'zod'

import { readShape } from './json-call.ts'

/** Whose jobs a runner takes. */
export type RunnerScope =
  | { readonly type: 'instance_type' }
  | { readonly type: 'group_type'; readonly groupId: number }
  | { readonly type: 'project_type'; readonly projectId: number }

/** What may be set of a runner in GitLab. */
export interface RunnerSettings {
  readonly description: string
  readonly tags: readonly string[]
  readonly runUntagged: boolean
  readonly locked: boolean
  readonly accessLevel: 'not_protected' | 'ref_protected'
  /** Seconds, at least 600; `undefined` = the project's. */
  readonly maximumTimeout: number | undefined
  readonly paused: boolean
  readonly maintenanceNote: string
}

/** A runner as GitLab has it. */
export interface RemoteRunner extends RunnerSettings {
  readonly id: number
  /** Numbers of the projects and groups it belongs to. */
  readonly projects: readonly number[]
  readonly groups: readonly number[]
  /** Path of the group, or of the one project. */
  readonly owner: string | undefined
  readonly type: RunnerScope['type']
  readonly status: 'online' | 'offline' | 'stale' | 'never_contacted'
  readonly contactedAt: Date | undefined
}

const owners = z
  .array(
    z.object({
      id: z.int().optional(),
      path_with_namespace: z.string().optional(),
      web_url: z.string().nullish(),
    }),
  )
  .nullish()

const remoteRunner = z.object({
  id: z.int(),
  runner_type: z.enum(['instance_type', 'group_type', 'project_type']),
  description: z.string().nullish(),
  tag_list: z.array(z.string()).nullish(),
  run_untagged: z.boolean(),
  locked: z.boolean().nullish(),
  access_level: z.enum(['not_protected', 'ref_protected']),
  maximum_timeout: z.int().nullish(),
  paused: z.boolean().nullish(),
  status: z.enum(['online', 'offline', 'stale', 'never_contacted']).catch('offline'),
  contacted_at: z.string().nullish(),
  maintenance_note: z.string().nullish(),
  projects: owners,
  groups: owners,
})

export async function readRunner(response: Parameters<typeof readShape>[0]): Promise<RemoteRunner> {
  const found = await readShape(response, remoteRunner)
  const contactedAt = new Date(found.contacted_at ?? '')
  return {
    id: found.id,
    type: found.runner_type,
    description: found.description ?? '',
    tags: found.tag_list ?? [],
    runUntagged: found.run_untagged,
    locked: found.locked ?? false,
    accessLevel: found.access_level,
    maximumTimeout: found.maximum_timeout ?? undefined,
    paused: found.paused ?? false,
    maintenanceNote: found.maintenance_note ?? '',
    projects: idsOf(found.projects),
    groups: idsOf(found.groups),
    owner: ownerOf(found),
    status: found.status,
    contactedAt: Number.isNaN(contactedAt.getTime()) ? undefined : contactedAt,
  }
}

/** Groups are told with the address of their page only. */
function ownerOf({ projects, groups }: z.output<typeof remoteRunner>): string | undefined {
  const [project, ...more] = projects ?? []
  if (project) return more.length === 0 ? project.path_with_namespace : undefined
  return /\/groups\/(.+?)\/?$/.exec(groups?.[0]?.web_url ?? '')?.[1]
}

const idsOf = (list: z.output<typeof owners>) => (list ?? []).flatMap(({ id }) => id ?? [])
