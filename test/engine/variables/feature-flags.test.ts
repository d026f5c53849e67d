import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import {
  ineffectiveFlags,
  nonDefaultFlags,
  resolveFlags,
} from '../../../main/engine/variables/feature-flags.ts'
import { flagRegistry } from '../../../main/engine/variables/flag-registry.ts'
import { aVariable, prepareContext, variables } from '../../support/job-context.ts'

function resolved(config: Record<string, boolean>, values: Record<string, string> = {}) {
  const { flags, warnings } = resolveFlags(config, (name) => values[name] ?? '')
  return { changed: nonDefaultFlags(flags), warnings }
}

describe('feature flags', () => {
  it('are all there, in the order of the registry, with their defaults', () => {
    const { flags } = resolveFlags({}, () => '')
    expect([...flags]).toEqual(flagRegistry.map((row) => [row.name, row.default]))
    expect(new Set(flags.keys()).size).toBe(52)
  })

  it.each([
    [
      'the configuration wins over a job',
      { FF_SCRIPT_SECTIONS: false },
      { FF_SCRIPT_SECTIONS: 'true' },
      [],
      [],
    ],
    ['a job wins over the default', {}, { FF_TIMESTAMPS: 'false' }, [['FF_TIMESTAMPS', false]], []],
    [
      'a value that is no boolean leaves the default',
      {},
      { FF_SCRIPT_SECTIONS: 'yes' },
      [],
      ['FF_SCRIPT_SECTIONS: could not parse feature flag, expected bool, got yes'],
    ],
    [
      'what acts outside a job is read from the configuration only',
      {},
      { FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: '1' },
      [],
      ["FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: can only be set in the runner's configuration"],
    ],
    [
      'what is not offered says so',
      {},
      { FF_CONCRETE: 'true' },
      [['FF_CONCRETE', true]],
      ['FF_CONCRETE: scripts run in a shell; the step runner is not part of Drydock'],
    ],
    ['unknown names are no flags', { FF_NEW: true }, { FF_OTHER: 'x' }, [], []],
  ] as const)('%s', (_, config, values, changed, warnings) =>
    expect(resolved(config, values)).toEqual({ changed, warnings }),
  )

  it('come from the job, below it from environment, and are exported as resolved', () => {
    const { context } = prepareContext({
      runner: {
        environment: ['FF_SCRIPT_SECTIONS=true', 'FF_NETWORK_PER_BUILD=true', 'FF_HASH_CACHE_KEYS=1'],
        feature_flags: { FF_HASH_CACHE_KEYS: false },
      },
      job: {
        variables: variables({
          FF_SCRIPT_SECTIONS: 'false',
          SWITCH: 'true',
          FF_USE_LEGACY_BASH_EVAL: '$SWITCH',
        }),
      },
    })
    expect(nonDefaultFlags(context.flags)).toEqual([
      ['FF_NETWORK_PER_BUILD', true],
      ['FF_USE_LEGACY_BASH_EVAL', true],
    ])
    const exported = context.variables.list.filter(({ key }) => key.startsWith('FF_'))
    expect(exported.map(({ key, value }) => [key, value])).toEqual(
      [...context.flags].map(([name, on]) => [name, String(on)]),
    )
  })

  it('of a raw variable are not expanded', () => {
    const { warnings } = prepareContext({
      job: { variables: [aVariable('T', 'true'), aVariable('FF_SCRIPT_SECTIONS', '$T', { raw: true })] },
    })
    expect(warnings).toEqual(['FF_SCRIPT_SECTIONS: could not parse feature flag, expected bool, got $T'])
  })

  it('that change nothing are named with the reason', () =>
    expect(
      ineffectiveFlags({
        FF_TIMESTAMPS: false,
        FF_PRINT_POD_EVENTS: true,
        FF_USE_FASTZIP: true,
        FF_SUSPENDABLE_ENVIRONMENTS: true,
        FF_TYPO: true,
      }),
    ).toEqual([
      {
        name: 'FF_PRINT_POD_EVENTS',
        problem: 'no effect',
        why: 'It belongs to the Kubernetes executor; Drydock runs jobs in Docker only.',
      },
      {
        name: 'FF_SUSPENDABLE_ENVIRONMENTS',
        problem: 'refused',
        why: 'a job’s environment ends with the job; it cannot be suspended',
      },
      { name: 'FF_TYPO', problem: 'unknown', why: 'GitLab Runner has no such flag.' },
    ]))

  it('that are honoured are asked for in the engine, and no others are', async () => {
    const engine = fileURLToPath(new URL('../../../main/engine', import.meta.url))
    const files = (await readdir(engine, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('flag-registry.ts'),
    )
    const texts = await Promise.all(files.map((name) => readFile(join(engine, name), 'utf8')))
    const asked = new Set(
      texts.flatMap((text) => text.match(/'FF_[A-Z_]+'/g) ?? []).map((name) => name.slice(1, -1)),
    )
    const honoured = flagRegistry.filter(({ here }) => here === 'honoured').map(({ name }) => name)
    expect([...asked].sort()).toEqual(honoured.toSorted())
  })

  it('are listed in docs/feature-flags.md', async () => {
    const rows = flagRegistry.map((row) => {
      const what = row.here === 'honoured' ? row.effect : row.why
      const where = row.configOnly ? `${row.here} (configuration only)` : row.here
      return `| \`${row.name}\` | ${row.default} | ${where} | ${what} |`
    })
    const text = [
      '# Feature flags',
      '',
      'Every feature flag GitLab Runner 19.4 knows and what it does in Drydock. A flag is set in `[runners.feature_flags]`,',
      'in a job’s variables or in `environment`; of these the first that says anything counts. A flag that is *refused*',
      'is named in the job’s log when it is set; `drydock lint` names the ones that change nothing, too.',
      '',
      '| Flag | Default | Here | |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
    await expect(text).toMatchFileSnapshot('../../../docs/feature-flags.md')
  })
})
