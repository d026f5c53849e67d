import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

interface Locked {
  readonly license?: string
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'))
const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> }
const { dependencies, allowScripts } = read('package.json') as Record<
  'dependencies' | 'allowScripts',
  Record<string, unknown>
>

/** What of the lock file the dependencies of the command line and the engine lead to. */
const shipped = closure(Object.keys(dependencies))

describe('what ships', () => {
  it('is as many packages as were looked through', () => {
    // A new one is a decision: look at what it does, who keeps it, and what it brings along.
    expect(shipped.size).toBe(203)
  })

  it('has licences that may be passed on', () => {
    const allowed = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense']
    const others = [...shipped].filter((path) => !allowed.includes(packages[path]?.license ?? ''))
    // Their license files say MIT.
    expect(others.map((path) => path.replace(/^.*node_modules\//, '')).sort()).toEqual(unlabelled)
  })

  it('needs no install script to work', () => {
    const scripted = [...shipped].filter((path) => packages[path]?.hasInstallScript === true)
    const names = scripted.map((path) => path.replace(/^.*node_modules\//, ''))
    expect(names.filter((name) => allowScripts[name] !== false)).toEqual([])
  })
})

const unlabelled = ['buildcheck', 'cpu-features', 'ssh2']

function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const open = names.map((name) => ({ from: '', name }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = whereIs(next.name, next.from)
    if (path === undefined || found.has(path)) continue
    found.add(path)
    const { dependencies: needed, optionalDependencies: wanted } = packages[path] ?? {}
    for (const name of Object.keys({ ...needed, ...wanted })) open.push({ from: path, name })
  }
  return found
}

/** As Node.js looks for it: beside the asker, then one folder further out. */
function whereIs(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (folder === '') return undefined
  }
}
