import { describe, expect, it } from 'vitest'

import { suggestTags } from '../../main/contract/suggest-tags.ts'

const here = { os: 'linux', architecture: 'x86_64', hasNvidia: false, toolchains: [] }

describe('tags that are suggested', () => {
  it.each([
    { of: 'an engine', detected: here, tags: ['docker', 'linux', 'amd64'] },
    {
      of: 'an arm64 one',
      detected: { ...here, architecture: 'aarch64' },
      tags: ['docker', 'linux', 'arm64'],
    },
    {
      of: 'a rare CPU',
      detected: { ...here, architecture: 'riscv64' },
      tags: ['docker', 'linux', 'riscv64'],
    },
    {
      of: 'one with GPUs',
      detected: { ...here, hasNvidia: true },
      tags: ['docker', 'linux', 'amd64', 'gpu'],
    },
    {
      of: 'toolchains, whatever their version',
      detected: { ...here, toolchains: ['atlas500@1', 'gcc'] },
      tags: ['docker', 'linux', 'amd64', 'toolchain-atlas500', 'toolchain-gcc'],
    },
  ])('say what a job finds there: $of', ({ detected, tags }) => {
    expect(suggestTags(detected, [])).toEqual(tags)
  })

  it('are those the runner has not got yet', () => {
    expect(suggestTags(here, ['linux', 'mine'])).toEqual(['docker', 'amd64'])
  })
})
