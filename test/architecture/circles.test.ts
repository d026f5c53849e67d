import { describe, expect, it } from 'vitest'

import { importsOf, sourcesIn, targetOf } from './imports.ts'

const sources = sourcesIn(['main', 'preload', 'renderer'])
const known = new Map<string, readonly string[]>(sources.map((file) => [file, []]))
for (const one of importsOf(sources)) {
  const target = targetOf(one)
  if (target !== undefined && known.has(target)) known.set(one.file, [...known.get(one.file)!, target])
}

/** Files that import each other in a loop, each loop once, as `a → b → a`. */
function circles(): readonly string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    for (const target of known.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of sources) visit(file, [])
  return found
}

describe('the files', () => {
  it('import each other in no circle, not even for types', () => {
    expect([...known.values()].flat().length).toBeGreaterThan(1000)
    expect(circles()).toEqual([])
  })
})
