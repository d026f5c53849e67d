import { z } from 'zod'

import type { Transport } from './http.ts'
import { jsonCall, readRefusal, readShape, type JsonRequest, type Refusal } from './json-call.ts'
import { readRunner, type RemoteRunner, type RunnerScope, type RunnerSettings } from './remote-runner.ts'
import { runnerDetails, type IssuedToken } from './token-details.ts'

/** GitLab did not do what a person's access token asked for. */
export type AccessRefusal =
  | Refusal
  /** The token is wrong, expired, lacks the scope, or its owner may not do this. */
  | { readonly kind: 'forbidden'; readonly problem: string }
  | { readonly kind: 'not-found'; readonly problem: string }

export interface RunnerManager {
  readonly systemId: string
  readonly address: string
  readonly contactedAt: Date
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
  /** Computers that use the runner's token; an old server does not tell. */
  listManagers(
    id: number,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'found'; readonly managers: readonly RunnerManager[] } | AccessRefusal>
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
    listManagers: (id, signal) =>
      call(
        { method: 'GET', path: `runners/${id}/managers` },
        200,
        async (response) => {
          const found = await readShape(response, remoteManagers)
          return {
            kind: 'found',
            managers: found.map(({ system_id: systemId, ip_address: address, contacted_at: at }) => ({
              systemId,
              address: address ?? '',
              contactedAt: new Date(at ?? 0),
            })),
          } as const
        },
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

const remoteManagers = z.array(
  z.object({
    system_id: z.string(),
    ip_address: z.string().nullish(),
    contacted_at: z.string().nullish(),
  }),
)

const remoteJob = z.object({ tag_list: z.array(z.string()).nullish() })

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
