import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'))

const lock = read('package-lock.json') as {
  packages: Record<string, { gypfile?: boolean; version?: string }>
}
const { dependencies, devDependencies } = read('package.json') as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>

describe('the lock file (written by npm run lock)', () => {
  it('lets better-sqlite3 be installed without a compiler', () => {
    expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false)
  })

  it.each([
    'node_modules/@oxlint/binding-win32-x64-msvc',
    'node_modules/@oxfmt/binding-darwin-arm64',
    'node_modules/@rolldown/binding-linux-arm64-gnu',
    'node_modules/@typescript/typescript-win32-x64',
  ])('holds %s, so other platforms can be installed', (name) => {
    expect(lock.packages[name]?.version).toBeDefined()
  })

  it('names no registry', () => {
    expect(JSON.stringify(lock)).not.toContain('"resolved"')
  })
})

describe('package.json', () => {
  it('names exact versions of what ships', () => {
    expect(Object.values({ ...dependencies }).filter((version) => !/^\d/.test(version))).toEqual([])
  })

  it('names exact versions of the tools, or a major version of types', () => {
    const loose = Object.entries(devDependencies).filter(
      ([name, version]) => !/^\d+\.\d+\.\d+$/.test(version) && !/^@types\/|^node$/.test(name),
    )
    expect(loose).toEqual([])
  })
})
