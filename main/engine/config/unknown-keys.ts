import { say } from '../../contract/sentences/say.ts'
import { hint, type Finding } from './complaint.ts'
import { nearest } from './nearest.ts'
import { configSchema } from './schema.ts'
import { kindOf, type Kind } from './schema-walk.ts'
import { join } from './toml-places.ts'

/** Keys of gitlab-runner that mean nothing to a docker executor on a workstation, by path without indexes. */
const withoutEffect: Readonly<Record<string, string>> = {
  user: say('why-for-executor', { executor: 'shell' }),
  sentry_dsn: say('why-sentry'),
  machine: say('why-autoscaling'),
  experimental: say('why-experiments'),
  'session_server.listen_address': say('why-terminals'),
  'session_server.advertise_address': say('why-terminals'),
  'runners.proxy_exec': say('why-proxy-exec'),
  'runners.step_runner_image': say('why-steps'),
  'runners.use_slot_cgroups': say('why-cgroups'),
  'runners.slot_cgroup_template': say('why-cgroups'),
  'runners.experimental': say('why-experiments'),
  'runners.referees': say('why-referees'),
  'runners.monitoring': say('why-monitoring'),
  'runners.machine': say('why-for-executor', { executor: 'docker+machine' }),
  'runners.autoscaler': say('why-autoscalers'),
  'runners.instance': say('why-for-executor', { executor: 'instance' }),
  'runners.kubernetes': say('why-for-executor', { executor: 'kubernetes' }),
  'runners.ssh': say('why-for-executor', { executor: 'ssh' }),
  'runners.custom': say('why-for-executor', { executor: 'custom' }),
  'runners.parallels': say('why-for-executor', { executor: 'parallels' }),
  'runners.virtualbox': say('why-for-executor', { executor: 'virtualbox' }),
  'runners.docker.service_slot_cgroup_template': say('why-cgroups'),
  'runners.docker.helper_image_autoset_arch_and_os': say('why-for-executor', { executor: 'kubernetes' }),
  'runners.docker.services.suspend_data_path': say('why-suspend'),
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
      return isEmpty(inner) ? [] : [{ path: at, ...hint(say('no-effect', { key, why: reason })) }]
    }
    const known = Object.hasOwn(kind.keys, key) ? kind.keys[key] : undefined
    return known === undefined ? [unknown(at, key, Object.keys(kind.keys))] : check(at, inner, kindOf(known))
  })
}

function unknown(path: string, key: string, known: readonly string[]): Finding {
  const likely = nearest(key, known)
  const remedy = likely === undefined ? say('unknown-key-remedy') : say('guess', { likely })
  return { path, ...hint(say('unknown-key', { key }), remedy) }
}

// gitlab-runner itself writes zeros and empty sections for things nobody set.
const isEmpty = (value: unknown) =>
  value === 0 ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0)
