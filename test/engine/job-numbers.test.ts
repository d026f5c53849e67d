import { expect, it } from 'vitest'

import { JobNumbers } from '../../main/engine/job-numbers.ts'

it('gives each running job the smallest number free for its runner and for its project', () => {
  const numbers = new JobNumbers()
  const ids = ({ concurrentId, concurrentProjectId }: ReturnType<JobNumbers['take']>) => [
    concurrentId,
    concurrentProjectId,
  ]
  const first = numbers.take('runner', 1)
  const second = numbers.take('runner', 1)
  const otherProject = numbers.take('runner', 2)
  const otherRunner = numbers.take('another', 1)
  first[Symbol.dispose]()
  const reused = numbers.take('runner', 2)
  expect([second, otherProject, otherRunner, reused].map(ids)).toEqual([
    [1, 1],
    [2, 0],
    [0, 0],
    [0, 1],
  ])
})
