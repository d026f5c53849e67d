import { dockerSchema, runnerSchema } from '../../engine/config/schema.ts'
import { isTable, type TomlTable } from '../../engine/config/toml-write.ts'

/** Keys in the order people know from the files gitlab-runner writes; sections of other executors are dropped. */
export function orderEntry(entry: TomlTable): TomlTable {
  const ordered = sorted(entry, Object.keys(runnerSchema.shape))
  const { docker } = ordered
  return isTable(docker) ? { ...ordered, docker: sorted(docker, Object.keys(dockerSchema.shape)) } : ordered
}

const otherExecutors = [
  'ssh',
  'custom',
  'parallels',
  'virtualbox',
  'machine',
  'kubernetes',
  'autoscaler',
  'instance',
]

function sorted(table: TomlTable, order: readonly string[]): TomlTable {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  const entries = Object.entries(table).filter(([key]) => !otherExecutors.includes(key))
  return Object.fromEntries(entries.sort(([a], [b]) => rank(a) - rank(b)))
}
