import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { inputProblem } from '../../main/contract/input-problem.ts'
import { recognise } from '../../main/contract/sentences/recognise.ts'
import { say } from '../../main/contract/sentences/say.ts'
import { translate } from '../../main/contract/sentences/translate.ts'

const form = z.strictObject({
  name: z.string().min(1).max(8),
  limit: z.int().min(0).max(64),
  wait: z.number().positive().optional(),
  policy: z.enum(['always', 'never']),
  mount: z.string().refine((text) => text.startsWith('/'), say('toolchain-path-begin')),
})
const good = { name: 'tangxin', limit: 2, policy: 'always', mount: '/opt' }

const problemWith = (change: object): string => {
  const { error } = form.safeParse({ ...good, ...change })
  return error === undefined ? '' : inputProblem(error)
}

describe('what is wrong with an input', () => {
  it.each([
    [{ name: undefined }, 'the field name is missing'],
    [{ name: '' }, 'name is empty'],
    [{ name: 'far too long' }, 'name is too long; at most 8 fit'],
    [{ name: 7 }, 'name has a value of the wrong kind'],
    [{ limit: -1 }, 'limit must be at least 0'],
    [{ limit: 65 }, 'limit may be at most 64'],
    [{ limit: 1.5 }, 'limit must be a whole number'],
    [{ limit: 'two' }, 'limit must be a number'],
    [{ wait: 0 }, 'wait must be more than 0'],
    [{ policy: 'often' }, 'policy must be one of: always, never'],
    [{ mount: 'opt' }, 'The field mount is refused: the path must begin with "/"'],
    [{ colour: 'red' }, 'there is no field colour'],
  ])('%o → %s', (change, sentence) => {
    const problem = problemWith(change)
    expect([problem, recognise(problem) !== undefined]).toEqual([sentence, true])
  })

  it('is told in the language of its reader', () => {
    expect([
      translate(problemWith({ limit: 65 }), 'zh-CN'),
      translate(problemWith({ mount: 'opt' }), 'ko'),
    ]).toEqual(['limit 最多为 64', 'mount 항목이 거부되었습니다: 경로는 “/”로 시작해야 합니다'])
  })
})
