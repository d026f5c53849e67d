import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { deepLinkTarget, linkAmong } from '../../main/desktop/deep-link.ts'

describe('a link of drydock:', () => {
  it.each([
    ['drydock://overview', '/'],
    ['drydock://jobs', '/#/jobs'],
    ['drydock://jobs/', '/#/jobs'],
    ['drydock://jobs/12', '/#/jobs/12'],
    ['drydock://jobs/12#L340', '/#/jobs/12#L340'],
    ['drydock://runners', '/#/runners'],
    ['drydock://toolchains', '/#/toolchains'],
    ['drydock://disk', '/#/disk'],
    ['drydock://settings', '/#/settings'],
    ['drydock://diagnostics', '/#/diagnostics'],
  ])('%s leads to %s', (link, target) => expect(deepLinkTarget(link)).toBe(target))

  it.each([
    'drydock:jobs',
    'drydock://jobs/0',
    'drydock://jobs/12/../../..',
    'drydock://jobs/12?cancel=1',
    'drydock://jobs/1e9',
    'drydock://jobs/12#L0',
    'drydock://jobs/12#Lx',
    'drydock://jobs#L3',
    'drydock://jobs/99999999999999999',
    'drydock://runners/1',
    'drydock://pause',
    'drydock://jobs#/runners',
    'drydock://%6aobs',
    'DRYDOCK://JOBS',
    ' drydock://jobs',
    'drydock://jobs\n',
    'https://jobs',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '',
  ])('%j leads nowhere', (link) => expect(deepLinkTarget(link)).toBeUndefined())

  it('leads to nothing but a page, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((tail) => `drydock://jobs/${tail}`),
        ),
        (link) => {
          expect(deepLinkTarget(link) ?? '/').toMatch(/^\/(#\/(jobs(\/\d+(#L\d+)?)?|[a-z]+))?$/)
        },
      ),
    )
  })

  it('is found among the arguments of a second start', () => {
    expect(linkAmong(['drydock', '--hidden', '--url', 'drydock://jobs/7'])).toBe('/#/jobs/7')
  })
})
