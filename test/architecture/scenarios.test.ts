import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob, relative } from 'node:path'

import { describe, expect, it } from 'vitest'

import { root } from './imports.ts'

const folder = join(root, 'test/scenarios')

const scenarios = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name === 'scenario.yml')
  .map(({ parentPath }) => relative(folder, parentPath))

interface Row {
  readonly setting: string
  readonly text: string
  /** What is named as code. */
  readonly named: readonly string[]
}

const rows: readonly Row[] = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!---|On GitLab)/.test(line))
  .map((line) => {
    const [, setting = '', text = ''] = line.split('|').map((cell) => cell.trim())
    return { setting, text, named: [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!) }
  })

const isThere = (name: string) =>
  name.endsWith('.ts')
    ? existsSync(join(root, name))
    : scenarios.some((scenario) => matchesGlob(scenario, name))

/** Whose variables GitLab's page explains (job-settings.ts and archive-settings.ts have others, too). */
const settings = [
  'variables/job-settings.ts',
  'artifacts/archive-settings.ts',
  'artifacts/provenance.ts',
  'artifacts/staging.ts',
]
  .flatMap((file) => [
    ...readFileSync(join(root, 'main/engine', file), 'utf8').matchAll(
      /'((?:GIT|FASTZIP|CACHE|ARTIFACT|RUNNER|SLSA|TRANSFER|ARCHIVER|AFTER|GET|RESTORE|EXECUTOR)_[A-Z_]+)'/g,
    ),
  ])
  .map(([, name]) => name!)

describe('the table of scenarios', () => {
  it('names scenarios and tests that are there', () => {
    expect(rows.flatMap(({ named }) => named.filter((name) => !isThere(name)))).toEqual([])
  })

  it('has for every setting a scenario, or says who decides', () => {
    const bare = rows.filter(
      ({ named, text }) => named.length === 0 && !/^(GitLab decides|Another executor's)/.test(text),
    )
    expect(bare).toEqual([])
  })

  it('has a row for every setting that the code reads', () => {
    const told = rows.map(({ setting }) => setting).join(' ')
    expect([rows.length, settings.length].every((count) => count > 20)).toBe(true)
    expect(new Set(settings.filter((name) => !told.includes(`\`${name}\``)))).toEqual(new Set())
  })
})
