import { describe, expect, it } from 'vitest'

import { expandTags, readTags, wouldCome, type OfferedRunner } from '../../main/contract/job-match.ts'

const runner = (given: Partial<OfferedRunner>): OfferedRunner => ({
  tags: [],
  runUntagged: false,
  protected: false,
  paused: false,
  ...given,
})
const job = (...tags: string[]) => ({ tags, isProtected: false })
const yes = { comes: true }

// GitLab, "Use tags to control which jobs a runner can run": its own examples, by their numbers.
describe('a runner that runs only tagged jobs', () => {
  const docker = runner({ tags: ['docker'] })
  it('example 1: leaves a job with another tag', () =>
    expect(wouldCome(job('hello'), docker)).toEqual({
      comes: false,
      why: 'missing-tags',
      missing: ['hello'],
    }))
  it('example 2: runs a job with its tag', () => expect(wouldCome(job('docker'), docker)).toEqual(yes))
  it('example 3: leaves a job without tags', () =>
    expect(wouldCome(job(), docker)).toEqual({ comes: false, why: 'untagged' }))
  it('gets nothing where it has no tags itself', () =>
    expect([wouldCome(job('docker'), runner({})), wouldCome(job(), runner({}))]).toEqual([
      { comes: false, why: 'missing-tags', missing: ['docker'] },
      { comes: false, why: 'untagged' },
    ]))
})

describe('a runner that may run untagged jobs', () => {
  const docker = runner({ tags: ['docker'], runUntagged: true })
  it('example 1: runs a job without tags, and one with its tag', () =>
    expect([wouldCome(job(), docker), wouldCome(job('docker'), docker)]).toEqual([yes, yes]))
  it('example 2: without tags of its own it runs untagged jobs and leaves tagged ones', () =>
    expect([
      wouldCome(job(), runner({ runUntagged: true })),
      wouldCome(job('docker'), runner({ runUntagged: true })),
    ]).toEqual([yes, { comes: false, why: 'missing-tags', missing: ['docker'] }]))
})

describe('a runner and a job with several tags', () => {
  const both = runner({ tags: ['docker', 'shell', 'gpu'] })
  it('example 1: every tag of the job is one of the runner’s', () =>
    expect(wouldCome(job('docker', 'shell', 'gpu'), both)).toEqual(yes))
  it('example 2: the runner may have more tags than the job', () =>
    expect(wouldCome(job('docker', 'shell'), both)).toEqual(yes))
  it('example 3: one tag that the runner lacks is enough to keep the job away', () =>
    expect(wouldCome(job('docker', 'shell', 'gpu'), runner({ tags: ['docker', 'shell'] }))).toEqual({
      comes: false,
      why: 'missing-tags',
      missing: ['gpu'],
    }))
})

it.each([
  [{ isProtected: true }, yes],
  [{ isProtected: false }, { comes: false, why: 'not-protected' }],
  [
    { isProtected: true, isMergeRequest: true },
    { comes: false, why: 'merge-request' },
  ],
])('a protected runner and a job with %j: %j', (of, match) =>
  expect(wouldCome({ tags: [], ...of }, runner({ protected: true, runUntagged: true }))).toEqual(match),
)

it('a paused runner gets nothing', () =>
  expect(wouldCome(job(), runner({ runUntagged: true, paused: true }))).toEqual({
    comes: false,
    why: 'paused',
  }))

it('tags are compared letter by letter', () =>
  expect(wouldCome(job('Docker'), runner({ tags: ['docker'] }))).toMatchObject({ why: 'missing-tags' }))

it('variables in tags are put in, unknown ones leave nothing', () =>
  expect(expandTags(['$ARCH', '${OS}-build', '$NONE', 'plain'], { ARCH: 'arm64', OS: 'linux' })).toEqual([
    'arm64',
    'linux-build',
    'plain',
  ]))

it('tags are read as people write them', () =>
  expect(readTags(' docker,, arm64 ,docker')).toEqual(['docker', 'arm64']))
