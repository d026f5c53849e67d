import type { ContainerSetting } from '../contract/job.ts'
import type { RunnerConfig } from './config/schema.ts'

// No key whose value may hold a secret: environment, labels, options of drivers and the like stay out.
const shownKeys = [
  'host',
  'user',
  'hostname',
  'runtime',
  'isolation',
  'privileged',
  'services_privileged',
  'network_mode',
  'pid_mode',
  'ipcmode',
  'userns_mode',
  'memory',
  'memory_swap',
  'cpus',
  'cpuset_cpus',
  'shm_size',
  'gpus',
  'devices',
  'cap_add',
  'cap_drop',
  'security_opt',
  'pull_policy',
  'helper_image',
  'disable_cache',
  'volume_driver',
] as const

/** How a runner's configuration sets up the containers of its jobs; what is as usual is left out. */
export function containerSettings({ executor, docker }: RunnerConfig): readonly ContainerSetting[] {
  if (docker === undefined) return [{ key: 'executor', value: executor }]
  const settings = shownKeys.map((key) => ({ key: `docker.${key}`, value: wordsOf(docker[key]) }))
  return [{ key: 'executor', value: executor }, ...settings.filter(({ value }) => value !== '')]
}

/** Empty for what was not set. */
function wordsOf(value: string | number | boolean | readonly string[] | undefined): string {
  if (value === undefined || value === false || value === 0) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}
