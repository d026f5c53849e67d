import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readAsset } from '../../main/loopback/assets.ts'

let parent: string
let root: string

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'drydock-assets-'))
  root = join(parent, 'renderer')
  await mkdir(join(root, 'assets', 'folder.js'), { recursive: true })
  await writeFile(join(root, 'index.html'), '<p>page</p>')
  await writeFile(join(root, 'assets', 'main-1a2b.js'), 'run()')
  await writeFile(join(root, 'secret.key'), 'canary')
  await writeFile(join(parent, 'outside.js'), 'canary')
  await symlink(join(parent, 'outside.js'), join(root, 'linked.js'))
  await symlink(parent, join(root, 'up'))
})
afterAll(() => rm(parent, { recursive: true }))

describe('the files of the page', () => {
  it('are the page itself and what it loads', async () => {
    expect(await readAsset(root, '/')).toEqual({
      body: Buffer.from('<p>page</p>'),
      contentType: 'text/html; charset=utf-8',
      immutable: false,
    })
    expect(await readAsset(root, '/assets/main-1a2b.js')).toEqual({
      body: Buffer.from('run()'),
      contentType: 'text/javascript; charset=utf-8',
      immutable: true,
    })
  })

  it.each([
    '/../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/%252e%252e/outside.js',
    '/assets/../../outside.js',
    '/assets/..\\..\\outside.js',
    '/linked.js',
    '/up/outside.js',
    '/index.html%00.js',
    '/%00',
    '/%',
    '/%ff%fe',
    '//etc/passwd',
    '/assets',
    '/assets/',
    '/assets/folder.js',
    '/secret.key',
    '/missing.js',
    '/CON',
    '/%c0%ae%c0%ae/outside.js',
    '/up/up/up/outside.js',
    '/C:/outside.js',
    '/assets/%5c%5chost%5cshare.js',
    `/${'a'.repeat(5000)}.js`,
    `/${'assets/'.repeat(2000)}main-1a2b.js`,
    '/index.html::$DATA',
    '',
  ])('do not include %j', async (path) => expect(await readAsset(root, path)).toBeUndefined())

  it('never reach outside, whatever the path', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2f',
      '/',
      '\\',
      '%5c',
      '%00',
      'up',
      'outside.js',
      'assets',
      'linked.js',
      '%c0%ae',
      'a'.repeat(300),
      '%',
      'é',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const asset = await readAsset(root, `/${pieces.join('')}`)
        expect(asset?.body.toString()).not.toBe('canary')
      }),
      { numRuns: 3000 },
    )
  })
})
