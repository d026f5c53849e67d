import { describe, expect, it } from 'vitest'

import { allowedUser, isPrivileged, requireAllowed } from '../../../main/engine/docker/allowed.ts'
import { dockerSchema } from '../../../main/engine/config/schema.ts'

const docker = (given: object) => dockerSchema.parse(given)

describe('an image', () => {
  const check =
    (name: string, patterns: string[], always: string[] = []) =>
    () =>
      requireAllowed(name, { key: 'allowed_images', patterns, always })

  it('is allowed by an empty list, a pattern, or the configuration', () => {
    expect(
      [check('a', []), check('ruby:3', ['ruby:*']), check('mine', ['ruby:*'], ['mine'])].map((one) => one()),
    ).toEqual([undefined, undefined, undefined])
  })

  it('is refused with the list', () => {
    expect(check('kali', ['ruby:*', 'node:*'])).toThrow('"kali" is not in allowed_images (ruby:*, node:*)')
  })

  it('is never allowed by a list that means to forbid', () => {
    expect(check('kali', ['**', '!*/kali*'])).toThrow('"!*/kali*" forbids nothing')
  })
})

describe('a user', () => {
  it.each([
    { config: {}, job: '', user: '' },
    { config: {}, job: 'me', user: 'me' },
    { config: { user: 'ci' }, job: 'root', user: 'ci' },
    { config: { allowed_users: ['me'] }, job: 'me', user: 'me' },
  ])('of $config and job $job is $user', ({ config, job, user }) => {
    expect(allowedUser(docker(config), job)).toBe(user)
  })

  it('outside the list is refused', () => {
    expect(() => allowedUser(docker({ allowed_users: ['me'] }), 'root')).toThrow(
      '"root" is not in allowed_users (me)',
    )
  })
})

describe('privilege', () => {
  it.each([
    { config: { privileged: true }, role: 'build', tested: '', is: true },
    {
      config: { privileged: true, allowed_privileged_images: ['docker:*'] },
      role: 'build',
      tested: 'docker:dind',
      is: true,
    },
    {
      config: { privileged: true, allowed_privileged_images: ['docker:*'] },
      role: 'build',
      tested: '',
      is: false,
    },
    {
      config: { privileged: true, allowed_privileged_images: ['docker:*'] },
      role: 'helper',
      tested: 'sha256:1',
      is: false,
    },
    {
      config: { privileged: true, services_privileged: false },
      role: 'service',
      tested: 'docker:dind',
      is: false,
    },
    {
      config: { services_privileged: true, allowed_privileged_services: ['docker:*'] },
      role: 'service',
      tested: 'docker:dind',
      is: true,
    },
  ] as const)('$role $tested with $config: $is', ({ config, role, tested, is }) => {
    expect(isPrivileged(docker(config), role, tested)).toBe(is)
  })
})
