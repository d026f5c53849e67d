import { expect, it } from 'vitest'

import { matchesGlob } from '../../../main/engine/docker/glob.ts'

it.each([
  { pattern: 'ruby:*', matches: ['ruby:3', 'ruby:'], not: ['ruby', 'docker.io/library/ruby:3', 'Ruby:3'] },
  { pattern: '*', matches: ['ruby', 'ruby:3'], not: ['a/b'] },
  { pattern: '**', matches: ['ruby', 'r.example.com:5000/a/b:1'], not: [] },
  { pattern: '**/*', matches: ['x', 'a/x', 'a/b/x'], not: [] },
  { pattern: 'a/**/c', matches: ['a/c', 'a/x/c', 'a/x/y/c'], not: ['a/xc', 'ac'] },
  {
    pattern: 'r.example.com:5000/*',
    matches: ['r.example.com:5000/x'],
    not: ['r.example.com:5000/x/y', 'rXexample.com:5000/x'],
  },
  { pattern: '{ruby,node}:3?', matches: ['ruby:31', 'node:30'], not: ['ruby:3', 'python:31'] },
  { pattern: '[a-c]x', matches: ['ax', 'cx'], not: ['dx'] },
  { pattern: '[!a]x', matches: ['bx'], not: ['ax', '/x'] },
  { pattern: '[^a]x', matches: ['bx'], not: ['ax'] },
  { pattern: String.raw`a\*`, matches: ['a*'], not: ['ab'] },
  { pattern: '[a', matches: [], not: ['a', '[a'] },
  { pattern: '{a,b', matches: [], not: ['a', 'b'] },
])('$pattern', ({ pattern, matches, not }) => {
  const taken = [...matches, ...not].filter((name) => matchesGlob(pattern, name))
  expect(taken).toEqual(matches)
})

it.each([
  { pattern: 'my-registry.example.com/my-group/*', name: 'my-registry.example.com/my-group/tool-x:1' },
  { pattern: '{gcc-arm,clang-17}:*', name: 'gcc-arm:12' },
  { pattern: String.raw`a[\-]b`, name: 'a-b' },
  { pattern: '[a&-]', name: '&' },
  { pattern: String.raw`[\d]`, name: 'd' },
])('$pattern takes $name', ({ pattern, name }) => expect(matchesGlob(pattern, name)).toBe(true))

it('takes every character that means nothing for itself, plain, after a backslash and in a class', () => {
  const characters = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index))
  const plain = characters.filter((character) => !String.raw`*?[]{}\/,`.includes(character))
  const refused = plain.filter(
    (character) =>
      !matchesGlob(`x${character}y`, `x${character}y`) ||
      !matchesGlob(`x\\${character}y`, `x${character}y`) ||
      !matchesGlob(`x[_\\${character}]y`, `x${character}y`),
  )
  expect(refused).toEqual([])
})
