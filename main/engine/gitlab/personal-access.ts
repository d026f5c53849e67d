import { z } from 'zod'

import type { Transport } from './http.ts'
import { jsonCall, readRefusal, readShape, type JsonRequest, type Refusal } from './json-call.ts'
import { runnerDetails, type IssuedToken } from './token-details.ts'

/** GitLab did not do what a person's access token asked for. */
export type AccessRefusal =
  | Refusal
  /** The token is wrong, expired, lacks the scope, or its owner may not do this. */
  | { readonly kind: 'forbidden'; readonly problem: string }
  | { readonly kind: 'not-found'; readonly problem: string }

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
  readonly type: RunnerScope['type']
  readonly status: 'online' | 'offline' | 'stale' | 'never_contacted'
  readonly contactedAt: Date | undefined
}

/** What a person's access token (`create_runner`, `manage_runner` or `api` scope) may do with runners. */
export interface PersonalAccess {
  createRunner(
    scope: RunnerScope,
    settings: RunnerSettings,
    signal: AbortSignal,
  ): Promise<({ readonly kind: 'created'; readonly id: number } & IssuedToken) | AccessRefusal>
  readRunner(
    id: number,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'found'; readonly runner: RemoteRunner } | AccessRefusal>
  /** Changes what is given and leaves the rest. */
  editRunner(
    id: number,
    edit: Partial<RunnerSettings>,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'edited'; readonly runner: RemoteRunner } | AccessRefusal>
  deleteRunner(id: number, signal: AbortSignal): Promise<{ readonly kind: 'deleted' } | AccessRefusal>
  /**
   * Needs the scope `read_api`.
   * @param project its path or number
   */
  readJobTags(
    project: string,
    id: number,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'found'; readonly tags: readonly string[] } | AccessRefusal>
}

export function createPersonalAccess(transport: Transport, accessToken: string): PersonalAccess {
  const token = { header: 'Private-Token', value: accessToken } as const
  const call = <T>(
    request: Omit<JsonRequest, 'token'>,
    expected: number,
    read: (response: Parameters<typeof readShape>[0]) => Promise<T>,
    signal: AbortSignal,
  ) =>
    jsonCall(transport, { ...request, token }, signal, async (response): Promise<T | AccessRefusal> => {
      if (response.status === expected) return read(response)
      const { kind, problem } = await readRefusal(response)
      switch (response.status) {
        case 401:
        case 403:
          return { kind: 'forbidden', problem }
        case 404:
          return { kind: 'not-found', problem }
        default:
          return { kind, problem }
      }
    })

  return {
    createRunner: (scope, settings, signal) =>
      call(
        { method: 'POST', path: 'user/runners', json: { ...scopeJson(scope), ...settingsJson(settings) } },
        201,
        async (response) => {
          const { id, token, token_expires_at: expiresAt } = await readShape(response, runnerDetails)
          return { kind: 'created', id, token, expiresAt } as const
        },
        signal,
      ),
    readRunner: (id, signal) =>
      call(
        { method: 'GET', path: `runners/${id}` },
        200,
        async (response) => ({ kind: 'found', runner: await readRunner(response) }) as const,
        signal,
      ),
    editRunner: (id, edit, signal) =>
      call(
        { method: 'PUT', path: `runners/${id}`, json: settingsJson(edit) },
        200,
        async (response) => ({ kind: 'edited', runner: await readRunner(response) }) as const,
        signal,
      ),
    readJobTags: (project, id, signal) =>
      call(
        { method: 'GET', path: `projects/${encodeURIComponent(project)}/jobs/${id}` },
        200,
        async (response) =>
          ({ kind: 'found', tags: (await readShape(response, remoteJob)).tag_list ?? [] }) as const,
        signal,
      ),
    deleteRunner: (id, signal) =>
      call(
        { method: 'DELETE', path: `runners/${id}`, answers: false },
        204,
        async (response) => {
          await response.discard()
          return { kind: 'deleted' } as const
        },
        signal,
      ),
  }
}

const remoteJob = z.object({ tag_list: z.array(z.string()).nullish() })

const owners = z.array(z.object({ id: z.int().optional() })).nullish()

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

async function readRunner(response: Parameters<typeof readShape>[0]): Promise<RemoteRunner> {
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
    status: found.status,
    contactedAt: Number.isNaN(contactedAt.getTime()) ? undefined : contactedAt,
  }
}

const idsOf = (list: z.output<typeof owners>) => (list ?? []).flatMap(({ id }) => id ?? [])

function scopeJson(scope: RunnerScope) {
  switch (scope.type) {
    case 'instance_type':
      return { runner_type: scope.type }
    case 'group_type':
      return { runner_type: scope.type, group_id: scope.groupId }
    case 'project_type':
      return { runner_type: scope.type, project_id: scope.projectId }
  }
}

/** Settings in GitLab's names; those that are absent stay out, a timeout given as `undefined` is taken away. */
function settingsJson(settings: Partial<RunnerSettings>) {
  const { description, tags, runUntagged, locked, accessLevel, paused, maintenanceNote } = settings
  return {
    ...(description !== undefined && { description }),
    ...(tags && { tag_list: tags }),
    ...(runUntagged !== undefined && { run_untagged: runUntagged }),
    ...(locked !== undefined && { locked }),
    ...(accessLevel && { access_level: accessLevel }),
    ...('maximumTimeout' in settings && { maximum_timeout: settings.maximumTimeout ?? null }),
    ...(paused !== undefined && { paused }),
    ...(maintenanceNote !== undefined && { maintenance_note: maintenanceNote }),
  }
}
