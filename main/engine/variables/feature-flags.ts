import type { FlagRow } from './flag-registry.ts'
import { flagRegistry } from './flag-registry.ts'
import { parseBoolean } from './parse-setting.ts'

/** Resolved value of each flag of job-execution.md §15, in registry order. */
export type FeatureFlags = ReadonlyMap<string, boolean>

const rows = new Map(flagRegistry.map((row) => [row.name, row]))

export function isFlagName(name: string): boolean {
  return rows.has(name)
}

/**
 * Resolves every flag: the configuration's value, else the variable's, else the default (job-execution.md §8.1).
 * @param valueOf the value a job variable or an `environment` entry gives a name; `''` where neither does.
 * @param unsaid what flags are for this job where nobody says, if not their default.
 */
export function resolveFlags(
  configured: Readonly<Record<string, boolean>>,
  valueOf: (name: string) => string,
  unsaid: Readonly<Record<string, boolean>> = {},
): { readonly flags: FeatureFlags; readonly warnings: readonly string[] } {
  const warnings: string[] = []
  const flags = new Map<string, boolean>()
  for (const row of flagRegistry) {
    const text = valueOf(row.name)
    const asked = text === '' ? undefined : parseBoolean(text)
    if (text !== '' && asked === undefined) {
      warnings.push(`${row.name}: could not parse feature flag, expected bool, got ${text}`)
    }
    const configValue = Object.hasOwn(configured, row.name) ? configured[row.name] : undefined
    if (configValue === undefined && row.configOnly && asked !== undefined && asked !== row.default) {
      warnings.push(`${row.name}: can only be set in the runner's configuration`)
    }
    const value = configValue ?? (row.configOnly ? undefined : asked) ?? unsaid[row.name] ?? row.default
    flags.set(row.name, value)
    if (row.here === 'refused' && value !== row.default) warnings.push(`${row.name}: ${row.why}`)
  }
  return { flags, warnings }
}

/** The flags whose value is not the default, in registry order: what a job's header lists. */
export function nonDefaultFlags(flags: FeatureFlags): readonly (readonly [name: string, on: boolean])[] {
  return [...flags].filter(([name, on]) => rows.get(name)?.default !== on)
}

/** A flag set to a value that changes nothing here, with the reason. */
export interface IneffectiveFlag {
  readonly name: string
  readonly problem: 'unknown' | Exclude<FlagRow['here'], 'honoured'>
  readonly why: string
}

/** Reads flags as a file sets them (`feature_flags`, `environment`, a pipeline's variables) and tells which do nothing. */
export function ineffectiveFlags(settings: Readonly<Record<string, boolean>>): readonly IneffectiveFlag[] {
  return Object.entries(settings).flatMap(([name, on]): readonly IneffectiveFlag[] => {
    const row = rows.get(name)
    if (row === undefined) return [{ name, problem: 'unknown', why: 'GitLab Runner has no such flag.' }]
    return row.here === 'honoured' || on === row.default ? [] : [{ name, problem: row.here, why: row.why }]
  })
}
