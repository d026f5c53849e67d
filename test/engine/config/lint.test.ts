import { describe, expect, it } from 'vitest'

import { lintConfig } from '../../../main/engine/config/lint.ts'
import { redact } from '../../../main/engine/config/secret.ts'
import { aConfig } from './runner-text.ts'

const adviceOn = (parts: Parameters<typeof aConfig>[0], change = (text: string) => text) =>
  lintConfig(change(aConfig(parts)), { now: Date.UTC(2026, 0, 1) }).advice.map(
    ({ line, message }) => `${line}: ${message}`,
  )

describe('lint advises', () => {
  it('nothing about a plain file', () => expect(lintConfig(aConfig())).toEqual({ problems: [], advice: [] }))

  it.each([
    {
      trap: 'PATH that means itself',
      parts: { runner: '  environment = ["PATH=/opt/bin:$PATH"]' },
      says: [
        "8: $PATH in the value of PATH means this entry itself, not the image's value, and jobs no longer find their programs",
      ],
    },
    {
      trap: 'a reference to the image',
      parts: { runner: '  environment = ["TOOLS=$JAVA_HOME/lib"]' },
      says: [
        "8: $JAVA_HOME becomes empty unless GitLab sends a variable JAVA_HOME: the image's value is not seen",
      ],
    },
    {
      trap: 'a reference through two entries',
      parts: { runner: '  environment = ["ROOT=/opt", "BIN=$ROOT/bin", "DEEP=$BIN/x"]' },
      says: ['8: $BIN is replaced once, so that the "$" in its own value stays as text'],
    },
    {
      trap: 'no reference at all: predefined variables and literal dollars',
      parts: { runner: '  environment = ["A=$CI_PROJECT_DIR/x", "B=a$$b"]' },
      says: [],
    },
    {
      trap: 'an entry without a value',
      parts: { runner: '  environment = ["DEBUG"]' },
      says: ['8: "DEBUG" has no "=" and is dropped'],
    },
    {
      trap: 'privileged jobs for every image',
      parts: { docker: '    privileged = true' },
      says: ['11: a privileged job is root on this machine'],
    },
    {
      trap: 'privileged jobs for chosen images',
      parts: { docker: '    privileged = true\n    allowed_privileged_images = ["docker:*"]' },
      says: [],
    },
    {
      trap: 'more jobs than concurrent',
      parts: { runner: '  limit = 5' },
      says: ['8: limit is 5, but concurrent allows 2 jobs over all runners'],
    },
    {
      trap: 'an unknown feature flag',
      parts: { runner: '  feature_flags = { FF_NETWORK_PER_BILD = true }' },
      says: ['8: there is no feature flag FF_NETWORK_PER_BILD'],
    },
    {
      trap: 'an expired token',
      parts: { runner: '  token_expires_at = 2025-12-31T00:00:00Z' },
      says: ['8: the token has expired'],
    },
  ])('on $trap', ({ parts, says }) => expect(adviceOn(parts)).toEqual(says))

  it.each([
    {
      trap: 'the socket',
      from: '["/cache"]',
      to: '["/cache", "/var/run/docker.sock:/var/run/docker.sock"]',
      says: "10: a job that reaches Docker's socket is root on this machine",
    },
    {
      trap: 'no cache',
      from: '["/cache"]',
      to: '[]',
      says: '10: Drydock keeps local caches all the same, but gitlab-runner would lose them after every job without "/cache"',
    },
    {
      trap: 'plain http',
      from: 'https://',
      to: 'http://',
      says: '5: over http the token and all variables travel in the clear',
    },
    {
      trap: 'an old address',
      from: 'example.com"',
      to: 'example.com/ci"',
      says: '5: the address ends in /ci, which is dropped',
    },
    {
      trap: 'a registration token',
      from: 'glrt-',
      to: 'GR1348941',
      says: "6: a registration token stands where the runner's own belongs; GitLab will refuse it",
    },
    {
      trap: 'no default image',
      from: '    image = "alpine"\n',
      to: '',
      says: '8: jobs without an image of their own fail',
    },
  ])('on $trap', ({ from, to, says }) => {
    expect(adviceOn({}, (text) => text.replace(from, to))).toEqual([says])
  })

  it('on a runner that stands in the file twice', () => {
    const twice = aConfig({ tail: aConfig().slice(aConfig().indexOf('[[')) })
    expect(lintConfig(twice).advice.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'runners[1].token the runner stands in the file twice, also as runners[0]',
    ])
  })
})

describe('redact', () => {
  it.each([
    ['Token glrt-AbCdEfGhIjKlMnOpQrSt.', 'Token [REDACTED].'],
    ['glrt-t1_AbCdEfGhIjKlMnOpQrSt', '[REDACTED]'],
    ['glpat-AbCdEfGhIjKlMnOpQrSt, GR1348941AbCdEfGhIjKl', '[REDACTED], [REDACTED]'],
    ['https://gitlab-ci-token:abc@gitlab.test/x.git', 'https://[REDACTED]@gitlab.test/x.git'],
    ['a plain secret-value here', 'a plain [REDACTED] here'],
    ['the word glrt- alone', 'the word glrt- alone'],
  ])('%s → %s', (text, safe) => expect(redact(text, ['secret-value', 'short'])).toBe(safe))
})
