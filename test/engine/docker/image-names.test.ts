import { describe, expect, it } from 'vitest'

import { defaultHelperImage } from '../../../main/engine/docker/helper-image.ts'
import {
  isImageName,
  serviceNameOf,
  splitImageName,
  withTag,
} from '../../../main/engine/docker/image-name.ts'
import { pullFailureOf } from '../../../main/engine/docker/pull-failure.ts'
import { effectivePolicies } from '../../../main/engine/docker/pull-policy.ts'
import { registryKey, registryKeysOf } from '../../../main/engine/docker/registry-name.ts'

it.each([
  ['alpine', { repository: 'alpine', tag: '', digest: '' }],
  ['alpine:3', { repository: 'alpine', tag: '3', digest: '' }],
  ['r.example.com:5000/a/b', { repository: 'r.example.com:5000/a/b', tag: '', digest: '' }],
  ['r.example.com:5000/a/b:1.2', { repository: 'r.example.com:5000/a/b', tag: '1.2', digest: '' }],
  ['a@sha256:12', { repository: 'a', tag: '', digest: 'sha256:12' }],
  ['a:1@sha256:12', { repository: 'a', tag: '1', digest: 'sha256:12' }],
])('%s comes apart', (name, parts) => {
  expect(splitImageName(name)).toEqual(parts)
})

it('a name without tag means latest', () => {
  expect(['a', 'a:1', 'a@sha256:12'].map(withTag)).toEqual(['a:latest', 'a:1', 'a@sha256:12'])
})

it.each([
  ['alpine', true],
  ['r.example.com:5000/a/b:1.2', true],
  [`sha256:${'a'.repeat(64)}`, true],
  [`a/b@sha256:${'a'.repeat(64)}`, true],
  ['', false],
  ['UPPER CASE!', false],
  ['--privileged', false],
  ['a/../b', false],
  ['a\nb', false],
])('%j can be asked for: %s', (name, is) => {
  expect(isImageName(name)).toBe(is)
})

describe('a service is called', () => {
  it.each([
    { name: 'redis', service: 'redis', version: 'latest', aliases: ['redis'] },
    {
      name: 'sub.domain.tld:8080/ns/svc:1.2',
      service: 'sub.domain.tld/ns/svc',
      version: '1.2',
      aliases: ['sub.domain.tld__ns__svc', 'sub.domain.tld-ns-svc'],
    },
    {
      name: `tutum/wp@sha256:${'a'.repeat(64)}`,
      service: 'tutum/wp',
      version: `@sha256:${'a'.repeat(64)}`,
      aliases: ['tutum__wp', 'tutum-wp'],
    },
  ])('$name → $aliases', ({ name, service, version, aliases }) => {
    expect(serviceNameOf(name)).toEqual({ service, version, aliases, image: withTag(name) })
  })

  it('nothing where its image is no reference', () => {
    expect(serviceNameOf('Not A Name!')).toBeUndefined()
  })
})

it.each([
  ['x86_64', '', 'x86_64-v19.4.0'],
  ['aarch64', 'alpine', 'arm64-v19.4.0'],
  ['armv7l', 'ubuntu', 'ubuntu-arm-v19.4.0'],
  ['riscv64', 'alpine-latest', 'alpine-latest-riscv64-v19.4.0'],
])('the helper image for %s, flavour %j, has the tag %s', (architecture, flavor, tag) => {
  expect(splitImageName(defaultHelperImage(architecture, flavor)).tag).toBe(tag)
})

describe('pull policies', () => {
  it.each([
    { asked: [], pull: [], allowed: [], effective: ['always'] },
    { asked: [], pull: ['never', 'always'], allowed: [], effective: ['never', 'always'] },
    {
      asked: ['never', 'if-not-present'],
      pull: ['always'],
      allowed: ['always', 'if-not-present'],
      effective: ['if-not-present'],
    },
    { asked: [], pull: ['always', 'always'], allowed: [], effective: ['always', 'always'] },
  ])(
    'asked $asked, configured $pull, allowed $allowed → $effective',
    ({ asked, pull, allowed, effective }) => {
      expect(effectivePolicies(asked, { pull_policy: pull, allowed_pull_policies: allowed })).toEqual(
        effective,
      )
    },
  )

  it.each([
    {
      asked: ['if-not-present'],
      pull: [],
      says: 'defined in GitLab pipeline config is not one of the allowed_pull_policies ([always])',
    },
    { asked: [], pull: ['never'], says: 'defined in Runner config is not' },
    { asked: [], pull: ['sometimes'], says: '"sometimes" is not a pull policy' },
  ])('asked $asked, configured $pull → $says', ({ asked, pull, says }) => {
    const allowed = pull[0] === 'never' ? ['always'] : []
    expect(() => effectivePolicies(asked, { pull_policy: pull, allowed_pull_policies: allowed })).toThrow(
      says,
    )
  })
})

it.each([
  [
    'Get "https://r.example.com/v2/": dial tcp 10.0.0.1:443: i/o timeout',
    'runner_external_dependency_failure',
    true,
  ],
  ['manifest for alpine:99 not found: manifest unknown', 'runner_configuration_error', false],
  [
    'pull access denied for private, repository does not exist or may require "docker login"',
    'runner_configuration_error',
    false,
  ],
  ['Head: unauthorized: authentication required', 'runner_configuration_error', false],
  ['context deadline exceeded', 'image_pull_failure', false],
  ['filesystem layer verification failed', 'image_pull_failure', false],
])('%s → %s', (message, reason, again) => {
  expect(pullFailureOf(message)).toMatchObject({ reason, again })
})

describe('a registry', () => {
  it.each([
    ['https://index.docker.io/v1/', 'docker.io'],
    ['https://Registry.Example.com:5000/v2/', 'registry.example.com:5000'],
    ['Registry.example.com:5000/Group/', 'registry.example.com:5000/Group'],
    ['registry.example.com/group/image:tag', 'registry.example.com/group/image'],
    ['docker.io', 'docker.io'],
  ])('written as %s is %s', (entry, key) => {
    expect(registryKey(entry)).toBe(key)
  })

  it.each([
    ['alpine:3', ['docker.io/alpine', 'docker.io']],
    [
      'Registry.example.com:5000/group/image:1',
      [
        'registry.example.com:5000/group/image',
        'registry.example.com:5000/group',
        'registry.example.com:5000',
      ],
    ],
    ['localhost/x@sha256:12', ['localhost/x', 'localhost']],
  ])('is looked up for %s by its longest path first', (image, keys) => {
    expect(registryKeysOf(image)).toEqual(keys)
  })
})

it('an image without a variant for the CPU is told from one that is not there', () => {
  const said = 'no match for platform in manifest: not found'
  expect(pullFailureOf(said).remedy).toMatch(/not made for this CPU/)
})
