import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../main/engine/clock.ts'
import { startPracticeGitLab } from '../../../main/engine/practice/practice-gitlab.ts'
import { tempDir } from '../../support/temp-dir.ts'

describe('the practice GitLab', () => {
  it('gives each of several projects made at once an id of its own', async () => {
    await using folder = await tempDir()
    await using gitlab = await startPracticeGitLab({ directory: folder.path, clock: systemClock })
    const made = await Promise.all(
      ['a/one', 'a/two', 'a/three'].map((path) => gitlab.createProject({ path })),
    )
    expect(made.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([1, 2, 3])
  })
})
