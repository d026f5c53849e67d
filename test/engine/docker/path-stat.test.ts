import { expect, it } from 'vitest'

import { readPathStat } from '../../../main/engine/docker/answers.ts'

const header = (mode: number, linkTarget = '') =>
  Buffer.from(
    JSON.stringify({ name: 'x', size: 7, mode, mtime: '2024-01-01T00:00:00Z', linkTarget }),
  ).toString('base64')

it.each([
  ['a file', header(0o755), { kind: 'file', mode: 0o755, size: 7, target: '' }],
  ['a folder', header(2 ** 31 + 0o700), { kind: 'folder', mode: 0o700, size: 7, target: '' }],
  ['a link', header(2 ** 27 + 0o777, '/usr/lib'), { kind: 'link', mode: 0o777, size: 7, target: '/usr/lib' }],
  ['a device', header(2 ** 26 + 0o600), { kind: 'other', mode: 0o600, size: 7, target: '' }],
  ['a setuid program', header(2 ** 23 + 0o755), { kind: 'file', mode: 0o755, size: 7, target: '' }],
] as const)('reads what the engine tells of %s', (_, text, expected) => {
  expect(readPathStat(text)).toEqual(expected)
})
