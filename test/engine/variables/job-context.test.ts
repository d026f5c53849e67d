import { describe, expect, it } from 'vitest'

import type { JobService } from '../../../main/engine/job/job.ts'
import { shortToken } from '../../../main/engine/variables/identifiers.ts'
import { variableNames } from '../../../main/engine/variables/job-context.ts'
import { maskedValues } from '../../../main/engine/variables/masked-values.ts'
import { architecture, revision } from '../../../main/engine/version.ts'
import { type GivenParts, aContext, aVariable, prepareContext, variables } from '../../support/job-context.ts'

describe('variables of a job', () => {
  it('stand in the order in which later ones win', () => {
    const { variables: all } = aContext({
      concurrentId: 5,
      concurrentProjectId: 2,
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
      runner: { environment: ['TOOLS=/opt/a', 'BIN=$TOOLS/bin', 'DEEP=$BIN/x', 'NO_EQUALS', 'E=a=b'] },
      job: { variables: variables({ CI_JOB_ID: '7031', FF_TIMESTAMPS: 'true' }) },
    })
    expect(
      all.list
        .filter(({ key }) => !key.startsWith('FF_'))
        .map(({ key, value, file }) => [key, value, ...(file ? ['file'] : [])]),
    ).toEqual([
      ['CI_JOB_IMAGE', 'alpine:3'],
      ['CI_RUNNER_SHORT_TOKEN', 'AbCdEfGhI'],
      ['TOOLS', '/opt/a'],
      ['BIN', '/opt/a/bin'],
      ['DEEP', '$TOOLS/bin/x'],
      ['E', 'a=b'],
      ['CI_BUILDS_DIR', '/builds'],
      ['CI_PROJECT_DIR', '/builds/acme/web/shop'],
      ['CI_CONCURRENT_ID', '5'],
      ['CI_CONCURRENT_PROJECT_ID', '2'],
      ['CI_SERVER', 'yes'],
      ['CI_JOB_STATUS', 'running'],
      ['CI_JOB_TIMEOUT', '3600'],
      ['CI_SERVER_TLS_CA_FILE', 'CA', 'file'],
      ['CI_SERVER_TLS_CERT_FILE', 'CERT', 'file'],
      ['CI_SERVER_TLS_KEY_FILE', 'KEY', 'file'],
      ['CI_JOB_ID', '7031'],
      ['CI_DISPOSABLE_ENVIRONMENT', 'true'],
      ['CI_RUNNER_VERSION', '19.4.0'],
      ['CI_RUNNER_REVISION', revision],
      ['CI_RUNNER_EXECUTABLE_ARCH', `linux/${architecture}`],
      ['RUNNER_TEMP_PROJECT_DIR', '/builds/acme/web/shop.tmp'],
    ])
    expect(all.list.findIndex(({ key }) => key === 'CI_JOB_IMAGE')).toBe(52)
  })

  it('name the job’s network where it has one', () =>
    expect(
      aContext({ job: { variables: variables({ FF_NETWORK_PER_BUILD: 'true' }) } }).variables.list.at(-1),
    ).toMatchObject({
      key: 'CI_BUILD_NETWORK_NAME',
      value: 'runner-abcdefghi-42-0-7031',
    }))

  const service: JobService = {
    name: 'redis:7',
    alias: '',
    entrypoint: undefined,
    command: undefined,
    pullPolicies: [],
    platform: undefined,
    user: undefined,
    variables: [],
  }
  const inFile = { image: 'alpine:3', services: [{ name: 'redis:7' }] }
  const cases: readonly { readonly given: GivenParts; readonly own: boolean }[] = [
    { given: { job: { services: [service] } }, own: true },
    { given: { runner: { docker: inFile } }, own: true },
    { given: {}, own: false },
    { given: { job: { services: [service] }, runner: { docker: { network_mode: 'host' } } }, own: false },
    {
      given: { job: { services: [service], variables: variables({ FF_NETWORK_PER_BUILD: 'false' }) } },
      own: false,
    },
    {
      given: { job: { services: [service] }, runner: { feature_flags: { FF_NETWORK_PER_BUILD: false } } },
      own: false,
    },
  ]
  it.each(cases)(
    'give a job with services a network of its own where nobody says otherwise: $given',
    ({ given, own }) => expect(aContext(given).flags.get('FF_NETWORK_PER_BUILD')).toBe(own),
  )

  it('are expanded once, against the list as written', () => {
    const { variables: all } = aContext({
      job: {
        variables: [
          ...variables({ A: '$B/x', B: '$C', C: '1', P: '/t:$P' }),
          aVariable('RAW', '$C', { raw: true }),
          aVariable('KEY', 'pem of $C', { file: true }),
          aVariable('USES_FILE', '$KEY'),
        ],
      },
    })
    expect(['A', 'B', 'P', 'RAW', 'KEY', 'USES_FILE'].map((key) => all.get(key))).toEqual([
      '$C/x',
      '1',
      '/t:/t:$P',
      '$C',
      'pem of 1',
      '/builds/acme/web/shop.tmp/KEY',
    ])
  })

  it('expand other texts with their values, files by path', () => {
    const { variables: all } = aContext({
      job: {
        variables: [
          ...variables({ TAG: '3.$MINOR', MINOR: '21' }),
          aVariable('F', 'content', { file: true }),
        ],
      },
    })
    expect(all.expand('alpine:${TAG} $F $CI_PROJECT_DIR')).toBe(
      'alpine:3.21 /builds/acme/web/shop.tmp/F /builds/acme/web/shop',
    )
  })

  it('of one name: the last wins, what the runner adds last always', () => {
    const { variables: all } = aContext({
      runner: { environment: ['X=config'] },
      job: {
        variables: variables({ X: 'first', CI_SERVER: 'no', CI_RUNNER_VERSION: 'mine' }).concat(
          aVariable('X', 'last'),
        ),
      },
    })
    expect(['X', 'CI_SERVER', 'CI_RUNNER_VERSION'].map((key) => all.get(key))).toEqual([
      'last',
      'no',
      '19.4.0',
    ])
  })

  it('reach services where they are public or the runner’s own', () => {
    const { variables: all } = aContext({
      runner: { environment: ['TOOLS=/opt'] },
      job: { variables: [aVariable('OPEN', '1'), aVariable('CLOSED', '2', { public: false })] },
    })
    const names = all.list.filter(({ forServices }) => forServices).map(({ key }) => key)
    expect(['TOOLS', 'OPEN', 'CLOSED', 'CI_PROJECT_DIR'].map((key) => names.includes(key))).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it('can be set again, in place or at the end', () => {
    const { variables: all } = aContext()
    const changed = all.with('CI_JOB_STATUS', 'failed').with('NEW', 'x')
    expect(changed.list.map(({ key, value }) => [key, value])).toEqual([
      ...all.list.map(({ key, value }) => [key, key === 'CI_JOB_STATUS' ? 'failed' : value]),
      ['NEW', 'x'],
    ])
    expect(changed.expand('$CI_JOB_STATUS$NEW')).toBe('failedx')
  })

  it('that no process could have are left out with a word', () => {
    const { context, warnings } = prepareContext({
      job: {
        variables: [
          aVariable('../../etc/x', 'a', { file: true }),
          aVariable('A=B', 'b'),
          aVariable('', 'c'),
          aVariable('OK', 'a\0b'),
        ],
      },
    })
    expect(warnings).toEqual([
      '"../../etc/x": no environment can hold a variable of this name',
      '"A=B": no environment can hold a variable of this name',
      '"": no environment can hold a variable of this name',
    ])
    expect(context.variables.get('OK')).toBe('ab')
  })

  it('are known to others by name only', () => {
    const names = variableNames(
      aContext({ job: { variables: variables({ Z: '1' }).concat(aVariable('Z', '2')) } }),
    )
    expect([names.filter((name) => name === 'Z').length, names[0]]).toEqual([1, 'FF_TEST_FEATURE'])
  })
})

describe('masked values', () => {
  it('are the expanded values of masked variables, trimmed, each once, and every token', () => {
    const context = aContext({
      job: {
        credentials: [{ url: 'r', username: 'u', password: 'registry-password' }],
        dependencies: [{ id: 1, name: 'd', token: 'short', artifacts: undefined }],
        variables: [
          aVariable('A', ' $B ', { masked: true }),
          aVariable('B', 's3cret'),
          aVariable('C', 's3cret', { masked: true }),
          aVariable('D', '', { masked: true }),
          aVariable('F', 'line 1\nline 2\n', { masked: true, file: true }),
          aVariable('E', 'open'),
        ],
      },
    })
    expect(maskedValues(context)).toEqual([
      's3cret',
      'line 1\nline 2',
      'glcbt-64_kQx3vR9sWbN1mYtZpLfE',
      'glrt-t1_AbCdEfGhIjKlMnOp',
      'registry-password',
    ])
  })
})

it.each([
  ['glrt-AbCdEfGhIjKl', 'AbCdEfGhI'],
  ['glrt-t1_AbCdEfGhIjKl', 'AbCdEfGhI'],
  ['t3_AbCdEfGhIjKl', 'AbCdEfGhI'],
  ['glrtr-AbCdEfGhIjKl', 'AbCdEfGhI'],
  ['glcbt-64_AbCdEfGh', '64_AbCdEf'],
  ['GR1348941AbCdEfGhIjKl', 'AbCdEfGhI'],
  ['2u1np5ag', '2u1np5ag'],
  ['', ''],
])('the token %s is shortened to %s', (token, short) => expect(shortToken(token)).toBe(short))
