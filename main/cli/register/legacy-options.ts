import type { LegacyRegistration } from '../../engine/gitlab/lifecycle.ts'
import { UsageError, type Option, type OptionValues } from '../option.ts'

/** Reserved to registration tokens; a runner created in GitLab has these settings there. */
export const legacyOptions: readonly Option[] = [
  { names: ['tag-list'], env: 'RUNNER_TAG_LIST', kind: 'text', help: 'Tags, joined by commas.' },
  { names: ['run-untagged'], env: 'REGISTER_RUN_UNTAGGED', kind: 'flag', help: 'Take jobs without tags.' },
  { names: ['locked'], env: 'REGISTER_LOCKED', kind: 'flag', help: 'Only for this project. Default: true.' },
  {
    names: ['access-level'],
    env: 'REGISTER_ACCESS_LEVEL',
    kind: 'text',
    help: 'not_protected, or ref_protected for protected branches only.',
  },
  {
    names: ['maximum-timeout'],
    env: 'REGISTER_MAXIMUM_TIMEOUT',
    kind: 'number',
    help: 'Longest time of a job, in seconds.',
  },
  { names: ['paused'], env: 'REGISTER_PAUSED', kind: 'flag', help: 'Take no jobs at first.' },
  {
    names: ['maintenance-note'],
    env: 'REGISTER_MAINTENANCE_NOTE',
    kind: 'text',
    help: 'A note for administrators.',
  },
]

export interface LegacySettings extends Omit<LegacyRegistration, 'registrationToken' | 'description'> {
  /** Flags that were given, with their dashes. */
  readonly given: readonly string[]
}

/** @throws UsageError for an access level GitLab has not. */
export function readLegacy(values: OptionValues): LegacySettings {
  return {
    accessLevel: readAccessLevel(values.text('access-level') ?? ''),
    maintenanceNote: values.text('maintenance-note') ?? '',
    tags: readTags(values.text('tag-list') ?? ''),
    runUntagged: values.flag('run-untagged') ?? false,
    locked: values.flag('locked') ?? true,
    maximumTimeout: values.number('maximum-timeout') ?? 0,
    paused: values.flag('paused') ?? false,
    given: legacyOptions
      .map(({ names: [name] }) => name)
      .filter((name) => values.get(name) !== undefined)
      .map((name) => `--${name}`),
  }
}

export const readTags = (text: string): readonly string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

function readAccessLevel(level: string): LegacyRegistration['accessLevel'] {
  if (level === '' || level === 'not_protected' || level === 'ref_protected') return level
  throw new UsageError(`There is no access level "${level}"; use not_protected or ref_protected.`)
}
