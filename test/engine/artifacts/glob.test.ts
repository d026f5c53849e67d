import { describe, expect, it } from 'vitest'

import { compileGlob, hasMeta, splitGlob } from '../../../main/engine/artifacts/glob.ts'

describe('a path pattern', () => {
  it.each([
    { pattern: '*.log', yes: ['a.log', '.hidden.log', '.log'], no: ['d/a.log', 'a.log.gz'] },
    { pattern: 'a?c', yes: ['abc', 'aéc', 'a😀c'], no: ['ac', 'a/c', 'abbc'] },
    { pattern: '[a-c]x', yes: ['ax', 'cx'], no: ['dx', '/x', 'x'] },
    { pattern: '[!a-c]x', yes: ['dx', 'ßx'], no: ['ax', '/x'] },
    { pattern: '[^a]', yes: ['b'], no: ['a', '/'] },
    { pattern: '[]a]', yes: [']', 'a'], no: ['b'] },
    { pattern: '[a\\-c]', yes: ['a', '-', 'c'], no: ['b'] },
    { pattern: '[a-]', yes: ['a', '-'], no: ['b'] },
    { pattern: '{a,b{c,d}}.o', yes: ['a.o', 'bc.o', 'bd.o'], no: ['b.o', 'abc.o'] },
    { pattern: '{src,lib}/**/*.c', yes: ['src/a.c', 'lib/x/y/a.c'], no: ['other/a.c', 'src/a.h'] },
    { pattern: 'a{,b}', yes: ['a', 'ab'], no: ['b'] },
    { pattern: '**', yes: ['a', 'a/b/c', '.git/config'], no: [] },
    { pattern: '**/b', yes: ['b', 'a/b', 'a/a/b'], no: ['ab', 'b/a'] },
    { pattern: 'a/**/b', yes: ['a/b', 'a/x/b', 'a/x/y/b'], no: ['ab', 'a/xb', 'a/b/c'] },
    { pattern: 'a/**', yes: ['a', 'a/b', 'a/b/c'], no: ['ab', 'b'] },
    { pattern: 'a/**/**/b', yes: ['a/b', 'a/x/b'], no: ['ab'] },
    { pattern: 'a**b', yes: ['ab', 'axxb'], no: ['a/b'] },
    { pattern: 'a/**x', yes: ['a/x', 'a/yx'], no: ['a/y/x'] },
    { pattern: '\\*\\[x', yes: ['*[x'], no: ['a[x'] },
    { pattern: 'a.b+(c)|$', yes: ['a.b+(c)|$'], no: ['aXb+(c)|$'] },
    { pattern: 'x\\', yes: 'refused', no: [] },
    { pattern: 'x[', yes: 'refused', no: [] },
    { pattern: 'x{a', yes: 'refused', no: [] },
  ])('$pattern', ({ pattern, yes, no }) => {
    if (yes === 'refused') {
      expect(() => compileGlob(pattern)).toThrow('syntax error in pattern')
      return
    }
    const matches = compileGlob(pattern)
    expect({ yes: Array.from(yes).filter(matches), no: no.filter((path) => matches(path)) }).toEqual({
      yes,
      no: [],
    })
  })

  it.each([
    { pattern: 'a.txt', base: '.', rest: 'a.txt', meta: false },
    { pattern: 'a/b/*.txt', base: 'a/b', rest: '*.txt', meta: true },
    { pattern: '/*', base: '/', rest: '*', meta: true },
    { pattern: 'a\\*b/c', base: 'a\\*b', rest: 'c', meta: false },
    { pattern: 'a/{b,c/d}/e', base: 'a', rest: '{b,c/d}/e', meta: true },
  ])('$pattern is looked for in $base', ({ pattern, base, rest, meta }) => {
    expect({ ...splitGlob(pattern), meta: hasMeta(pattern) }).toEqual({ base, rest, meta })
  })
})
