import { describe, expect, it } from 'vitest'

import { fillFromTemplate, readTemplate } from '../../../main/engine/config/template.ts'

describe('a registration template', () => {
  it('gives its runner without token, name and global keys', () => {
    const text =
      'concurrent = 9\n[[runners]]\n  name = "n"\n  token = "t"\n  limit = 2\n  [runners.docker]\n    image = "i"\n'
    expect(readTemplate(text, 'f')).toEqual({ limit: 2, docker: { image: 'i' } })
  })

  it.each(['', 'concurrent = 1\n', '[[runners]]\n[[runners]]\n'])(
    'must hold exactly one runner: %j does not',
    (text) => {
      expect(() => readTemplate(text, 'f')).toThrow('The template f must hold exactly one [[runners]]')
    },
  )

  it('says where it is malformed', () => {
    expect(() => readTemplate('[[runners]]\nlimit = "2"\n', 'f')).toThrow(
      'f:2:1: runners[0].limit: limit must be',
    )
  })

  it.each([
    { own: {}, template: { a: 1 }, is: { a: 1 } },
    { own: { a: 2 }, template: { a: 1 }, is: { a: 2 } },
    {
      own: { a: 0, b: '', c: false, d: [] },
      template: { a: 1, b: 'x', c: true, d: ['y'] },
      is: { a: 1, b: 'x', c: true, d: ['y'] },
    },
    { own: { list: ['a'] }, template: { list: ['b', 'c'] }, is: { list: ['a'] } },
    { own: { s: { a: 1 } }, template: { s: { a: 2, b: 3 } }, is: { s: { a: 1, b: 3 } } },
  ])('fills what is zero: $own from $template', ({ own, template, is }) => {
    expect(fillFromTemplate(own, template)).toEqual(is)
  })
})
