import { describe, expect, it } from 'vitest'

import { objectName } from '../../../main/engine/cache/object-name.ts'
import { aContext, type GivenParts } from '../../support/job-context.ts'

const runnerWith = (
  cache: NonNullable<GivenParts['runner']>['cache'],
  flags: Record<string, boolean> = {},
) => ({
  token: 'glrt-t1_AbCdEfGhIjKlMnOp',
  cache,
  feature_flags: flags,
})

// The examples of job-execution.md §10.6.
describe('the name of a cache in a bucket', () => {
  it.each<{ what: string; runner: GivenParts['runner']; key: string; name: string | undefined }>([
    {
      what: 'a runner',
      runner: runnerWith({}),
      key: 'npm-main',
      name: 'runner/AbCdEfGhI/project/42/npm-main',
    },
    {
      what: 'a runner whose caches are shared',
      runner: runnerWith({ Shared: true }),
      key: 'npm-main',
      name: 'project/42/npm-main',
    },
    {
      what: 'a runner with a path',
      runner: runnerWith({ Shared: true, Path: 'team/a/' }),
      key: 'npm-main',
      name: 'team/a/project/42/npm-main',
    },
    {
      what: 'hashed keys',
      runner: runnerWith({}, { FF_HASH_CACHE_KEYS: true }),
      key: 'db6619154d9f',
      name: 'runner/AbCdEfGhI/project/42/db/db6619154d9f',
    },
    {
      what: 'a protected ref',
      runner: runnerWith({ Shared: true }),
      key: 'npm-main-protected',
      name: 'project/42/npm-main-protected',
    },
    { what: 'a key with folders', runner: runnerWith({ Shared: true }), key: 'a/b', name: 'project/42/a/b' },
    { what: 'a key that leads out', runner: runnerWith({ Shared: true }), key: '../43/a', name: undefined },
    { what: 'a key that leads nowhere', runner: runnerWith({ Shared: true }), key: '.', name: undefined },
  ])('of $what is $name', ({ runner, key, name }) => {
    expect(objectName(aContext({ runner }), key)).toBe(name)
  })
})
