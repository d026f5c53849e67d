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
