import { parse as readIndependently } from '@decimalturn/toml-patch'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { blogConfig } from './blog-config.ts'
import { aConfig } from './runner-text.ts'

describe('parseConfig', () => {
  it("reads a real team's file", () => {
    const { config, problems } = parseConfig(blogConfig)
    const [runner] = config?.runners ?? []
    expect(problems).toEqual([])
    expect({
      concurrent: config?.concurrent,
      session: config?.session_server.session_timeout,
      environment: runner?.environment,
      script: runner?.pre_build_script.trimStart().split('\n').length,
      volumes: runner?.docker?.volumes,
      cache: runner?.cache.Type,
    }).toEqual({
      concurrent: 1,
      session: 1800,
      environment: ['DDK_HOME=/root/atlas500'],
      script: 9,
      volumes: ['/root/atlas500:/root/atlas500:ro'],
      cache: '',
    })
  })

  it('takes an empty file for a configuration without runners', () => {
    const { config } = parseConfig('')
    expect([config?.concurrent, config?.session_server.session_timeout, config?.runners]).toEqual([
      1,
      1800,
      [],
    ])
  })

  it('freezes what it hands out, to the last list', () => {
    const { config } = parseConfig(blogConfig)
    expect([config, config?.runners, config?.runners[0]?.docker?.volumes].every(Object.isFrozen)).toBe(true)
  })

  it('expands $VAR in url and token only, from the given environment', () => {
    const text = aConfig({ runner: '  clone_url = "https://$HOST"' })
      .replace('"https://gitlab.example.com"', '"https://${HOST}/"')
      .replace('"glrt-aaaaaaaaaaaaaaaaaaaa"', '"$TOKEN"')
    const { config } = parseConfig(text, { environment: { HOST: 'gitlab.test', TOKEN: 'glrt-x' } })
    const runner = config?.runners[0]
    expect([runner?.url, runner?.token, runner?.clone_url]).toEqual([
      'https://gitlab.test/',
      'glrt-x',
      'https://$HOST',
    ])
  })

  it('warns of a variable that is not set, and of the runner that has no token then', () => {
    const { config, problems } = parseConfig(aConfig().replace('"glrt-aaaaaaaaaaaaaaaaaaaa"', '"$TOKEN"'))
    expect(config?.runners[0]?.token).toBe('')
    expect(problems.map(({ line, severity }) => `${line} ${severity}`)).toEqual(['6 warning', '6 warning'])
  })

  it.each([
    { key: 'concurent = 2', head: true, remedy: 'Did you mean concurrent?' },
    { key: '  tls_ca_file = "x"', head: false, remedy: 'Did you mean tls-ca-file?' },
    { key: '  Token = "x"', head: false, remedy: 'Did you mean token?' },
    { key: '  colour = "x"', head: false, remedy: 'Remove it, or look for its right name' },
  ])('warns of the unknown key $key: $remedy', ({ key, head, remedy }) => {
    const { config, problems } = parseConfig(aConfig(head ? { head: key } : { runner: key }))
    expect(config).toBeDefined()
    expect(problems.map((problem) => problem.remedy)).toEqual([remedy])
  })

  it('knows the keys of gitlab-runner that have no effect here, and is silent where they are zero', () => {
    const loud = parseConfig(
      aConfig({ head: 'sentry_dsn = "https://x"', runner: '  use_slot_cgroups = true' }),
    )
    const quiet = parseConfig(aConfig({ head: 'sentry_dsn = ""', runner: '  [runners.kubernetes]' }))
    expect(loud.problems.map(({ message }) => message)).toEqual([
      'sentry_dsn has no effect: Drydock sends nothing to Sentry',
      'use_slot_cgroups has no effect: slot cgroups are not supported',
    ])
    expect(quiet.problems).toEqual([])
  })

  it('keeps runners of other executors, with a warning', () => {
    const { config, problems } = parseConfig(aConfig().replace('"docker"', '"shell"'))
    expect(config?.runners.map(({ executor }) => executor)).toEqual(['shell'])
    expect(problems.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      'warning runners[0].executor',
    ])
  })

  it.each([
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['comments with tabs', (text: string) => text.replace('# helper_image', '#\thelper_image')],
    ['no line end at its end', (text: string) => text.trimEnd()],
  ])('reads a file with %s', (_, change) => {
    const { config, problems } = parseConfig(change(blogConfig))
    expect([config?.runners[0]?.docker?.image, problems]).toEqual(['alpine', []])
  })

  it('accepts what gitlab-runner itself writes', () => {
    const { config, problems } = parseConfig(`concurrent = 1
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0

[[runners]]
  name = "build-host-1"
  url = "https://gitlab.example.com/"
  id = 42
  token = "glrt-xxxxxxxxxxxxxxxxxxxx"
  token_obtained_at = 2025-01-02T03:04:05Z
  token_expires_at = 0001-01-01T00:00:00Z
  executor = "docker"
  [runners.cache]
    MaxUploadedArchiveSize = 0
    [runners.cache.s3]
      AssumeRoleMaxConcurrency = 0
    [runners.cache.gcs]
    [runners.cache.azure]
  [runners.docker]
    tls_verify = false
    image = "ruby:3.3"
    volumes = ["/cache"]
    volume_keep = false
    network_mtu = 0
`)
    expect([config?.runners[0]?.token_expires_at?.getUTCFullYear(), problems]).toEqual([1, []])
  })
})

describe('whatever happens to a file,', () => {
  const scratch = fc.tuple(fc.nat(blogConfig.length), fc.nat(6), fc.string({ maxLength: 4 }))
  const damaged = fc
    .array(scratch, { minLength: 1, maxLength: 3 })
    .map((scratches) =>
      scratches.reduce(
        (text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone),
        blogConfig,
      ),
    )

  it('it is read, or refused with a place and in words', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const { config, problems } = parseConfig(text)
        const errors = problems.filter(({ severity }) => severity === 'error')
        expect(config === undefined).toBe(errors.length > 0)
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThan(0)
          expect(problem.message).not.toMatch(/^$|undefined|\[object/)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('what is read is what another parser reads', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const { config } = parseConfig(text)
        fc.pre(config !== undefined)
        const other = readIndependently(text) as {
          runners?: { environment?: string[]; pre_build_script?: string }[]
        }
        const both = (other.runners ?? []).map((runner, index) => [runner, config?.runners[index]] as const)
        for (const [theirs, ours] of both) {
          expect([ours?.environment, ours?.pre_build_script]).toEqual([
            theirs.environment ?? [],
            theirs.pre_build_script ?? '',
          ])
        }
      }),
      { numRuns: 200 },
    )
  })
})
