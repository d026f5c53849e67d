import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'

import { describe, expect, it } from 'vitest'

import { importsOf, root, sourcesIn, type Import } from './imports.ts'

/** Who may know whom. A layer is a folder; `packages` limits what it takes from outside. */
const layers: Readonly<Record<string, { ours: readonly string[]; node: boolean; packages: RegExp }>> = {
  'main/contract': { ours: [], node: false, packages: /^zod$/ },
  'main/engine': { ours: ['main/contract'], node: true, packages: /^(?!electron|react|@?vite|zustand)/ },
  'main/loopback': { ours: ['main/contract'], node: true, packages: /^ws$/ },
  'main/cli': {
    ours: ['main/contract', 'main/engine', 'main/loopback'],
    node: true,
    packages: /^(pino|tar-stream|zod)$/,
  },
  'main/desktop': {
    ours: ['main/contract', 'main/engine', 'main/loopback', 'main/cli'],
    node: true,
    packages: /^(electron|electron-updater|pino|zod)$/,
  },
  preload: { ours: ['main/contract'], node: false, packages: /^electron$/ },
  renderer: {
    ours: ['main/contract'],
    node: false,
    packages: /^(?!electron|dockerode|better-sqlite3|undici|pino|ws$)/,
  },
}

/** What may be named in one folder only. */
const kept: readonly { what: RegExp; within: string }[] = [
  { what: /^dockerode/, within: 'main/engine/docker' },
  { what: /^better-sqlite3/, within: 'main/engine/history' },
  { what: /^(@iarna\/toml|@decimalturn\/toml-patch)/, within: 'main/engine/config' },
  { what: /^undici/, within: 'main/engine/gitlab' },
]

const sources = sourcesIn(Object.keys(layers))
const imports = importsOf(sources)

const layerOf = (file: string) => Object.keys(layers).find((layer) => file.startsWith(`${layer}/`))
const isNode = (name: string) => name.startsWith('node:') || builtinModules.includes(name)

function complaintAbout({ file, to }: Import): string | undefined {
  const layer = layerOf(file)!
  const rules = layers[layer]!
  if (to.startsWith('.')) {
    const target = layerOf(relative(root, join(root, dirname(file), to)))
    if (target === undefined || target === layer || rules.ours.includes(target)) return undefined
    return `${file} may not know ${target}`
  }
  if (isNode(to)) return rules.node ? undefined : `${file} may not use ${to}`
  return rules.packages.test(to) ? undefined : `${file} may not use ${to}`
}

describe('the layers', () => {
  it('are read at all', () => {
    expect(imports.length).toBeGreaterThan(300)
  })

  it('know only those below them', () => {
    expect(imports.map(complaintAbout).filter((complaint) => complaint !== undefined)).toEqual([])
  })

  it.each(kept)('name $what only within $within', ({ what, within }) => {
    const outside = imports.filter(({ file, to }) => what.test(to) && !file.startsWith(`${within}/`))
    expect(outside.map(({ file }) => file)).toEqual([])
  })

  // Those of object stores end in the clients of the stores.
  it('leave HTTP statuses of GitLab to the client', () => {
    const others = sources.filter(
      (file) =>
        /^main\/engine\/(?!gitlab|practice|docker|cache\/stores)/.test(file) &&
        /\bstatus(Code)? ===? \d{3}\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(others).toEqual([])
  })
})
