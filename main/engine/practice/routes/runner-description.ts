import type { ProjectRecord, RunnerRecord } from '../records.ts'
import { groupsOf } from './groups.ts'

/** A runner as `GET /runners/:id` shows it. `now` is in milliseconds since the epoch. */
export function describeRunner(runner: RunnerRecord, projects: Iterable<ProjectRecord>, now: number): object {
  const latest = [...runner.managers.values()].sort((a, b) => b.contactedAt - a.contactedAt)[0]
  const status = statusOf(runner, now)
  const all = [...projects]
  return {
    id: runner.id,
    description: runner.description,
    ip_address: '127.0.0.1',
    active: !runner.paused,
    paused: runner.paused,
    is_shared: runner.type === 'instance_type',
    runner_type: runner.type,
    name: latest ? 'gitlab-runner' : null,
    online: status === 'never_contacted' ? null : status === 'online',
    status,
    tag_list: runner.tags,
    run_untagged: runner.runUntagged,
    locked: runner.locked,
    maximum_timeout: runner.maximumTimeout ?? null,
    access_level: runner.accessLevel,
    maintenance_note: runner.maintenanceNote,
    version: latest?.info.version ?? null,
    revision: latest?.info.revision ?? null,
    platform: latest?.info.platform ?? null,
    architecture: latest?.info.architecture ?? null,
    contacted_at: runner.contactedAt === undefined ? null : new Date(runner.contactedAt).toISOString(),
    projects: all
      .filter(({ id }) => runner.projects.has(id))
      .map(({ id, path }) => ({ id, name: path.split('/').at(-1), path_with_namespace: path })),
    groups:
      runner.group === undefined
        ? []
        : [
            {
              id: groupsOf(all).indexOf(runner.group) + 1,
              name: runner.group,
              web_url: `http://practice/groups/${runner.group}`,
            },
          ],
  }
}

const hour = 3_600_000

function statusOf({ contactedAt }: RunnerRecord, now: number) {
  if (contactedAt === undefined) return 'never_contacted'
  const age = now - contactedAt
  if (age < 2 * hour) return 'online'
  return age < 7 * 24 * hour ? 'offline' : 'stale'
}
