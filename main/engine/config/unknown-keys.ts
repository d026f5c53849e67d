import { hint, type Finding } from './complaint.ts'
import { nearest } from './nearest.ts'
import { configSchema } from './schema.ts'
import { kindOf, type Kind } from './schema-walk.ts'
import { join } from './toml-places.ts'

/** Keys of gitlab-runner that mean nothing to a docker executor on a workstation, by path without indexes. */
const withoutEffect: Readonly<Record<string, string>> = {
  user: 'it is for the shell executor',
  sentry_dsn: 'Drydock sends nothing to Sentry',
  machine: 'it is for autoscaling',
  experimental: 'Drydock has none of these experiments',
  'session_server.listen_address': 'web terminals are not offered',
  'session_server.advertise_address': 'web terminals are not offered',
  'runners.proxy_exec': 'Drydock never wraps scripts in the helper',
  'runners.step_runner_image': 'jobs with "run:" steps are not supported',
  'runners.use_slot_cgroups': 'slot cgroups are not supported',
  'runners.slot_cgroup_template': 'slot cgroups are not supported',
  'runners.experimental': 'Drydock has none of these experiments',
  'runners.referees': 'Drydock has no referees',
  'runners.monitoring': 'Drydock keeps its own history',
  'runners.machine': 'it is for the docker+machine executor',
  'runners.autoscaler': 'it is for the autoscaling executors',
  'runners.instance': 'it is for the instance executor',
  'runners.kubernetes': 'it is for the kubernetes executor',
  'runners.ssh': 'it is for the ssh executor',
  'runners.custom': 'it is for the custom executor',
  'runners.parallels': 'it is for the parallels executor',
  'runners.virtualbox': 'it is for the virtualbox executor',
  'runners.docker.service_slot_cgroup_template': 'slot cgroups are not supported',
  'runners.docker.helper_image_autoset_arch_and_os': 'it is for the kubernetes executor',
  'runners.docker.services.suspend_data_path': 'suspendable environments are not supported',
}

/** Keys of the file that nobody reads, each with the name that was probably meant. Values are kept in the file. */
export const findUnknownKeys = (file: unknown): readonly Finding[] => check('', file, kindOf(configSchema))

function check(path: string, value: unknown, kind: Kind): Finding[] {
  if (kind.kind === 'sections' && Array.isArray(value)) {
    return value.flatMap((item, index) =>
      check(`${path}[${index}]`, item, { kind: 'section', keys: kind.keys }),
    )
  }
  if (kind.kind !== 'section' || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = join(path, key)
    const reason = withoutEffect[at.replaceAll(/\[\d+\]/g, '')]
    if (reason !== undefined) {
      return isEmpty(inner) ? [] : [{ path: at, ...hint(`${key} has no effect: ${reason}`) }]
    }
    const known = Object.hasOwn(kind.keys, key) ? kind.keys[key] : undefined
    return known === undefined ? [unknown(at, key, Object.keys(kind.keys))] : check(at, inner, kindOf(known))
  })
}

function unknown(path: string, key: string, known: readonly string[]): Finding {
  const likely = nearest(key, known)
  const remedy = likely === undefined ? 'Remove it, or look for its right name.' : `Did you mean ${likely}?`
  return { path, ...hint(`there is no key ${key} here; it is ignored`, remedy) }
}

// gitlab-runner itself writes zeros and empty sections for things nobody set.
const isEmpty = (value: unknown) =>
  value === 0 ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0)
