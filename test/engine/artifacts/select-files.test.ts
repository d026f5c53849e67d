import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { listFiles, listUntracked } from '../../../main/engine/artifacts/list-files.ts'
import { placesOf, selectFiles, selectionRules } from '../../../main/engine/artifacts/select-files.ts'
import { hostEnvironment } from '../../support/host-environment.ts'
import { tempDir } from '../../support/temp-dir.ts'

const signal = new AbortController().signal
let place: Awaited<ReturnType<typeof tempDir>>
let project: string

beforeAll(async () => {
  place = await tempDir()
  project = join(place.path, 'shop')
  const files = [
    'src/a.c',
    'src/a.h',
    'src/lib/b.c',
    'build/out/app',
    'build/out/app.map',
    'build/.cache/x',
    'top.log',
  ]
  for (const file of files) {
    await mkdir(dirname(join(project, file)), { recursive: true })
    await writeFile(join(project, file), file)
  }
  await mkdir(join(place.path, 'outside'))
  await writeFile(join(place.path, 'outside/secret'), '')
  await symlink('src', join(project, 'source'))
  await symlink('../outside', join(project, 'leak'))
  execFileSync('git', ['init', '-q'], { cwd: project })
  execFileSync('git', ['add', 'src'], { cwd: project })
  await writeFile(join(project, '.gitignore'), 'build\n')
})
afterAll(() => place[Symbol.asyncDispose]())

async function select(paths: readonly string[], exclude: readonly string[] = [], untracked = false) {
  const environment = (name: string) => ({ DIR: 'src', EMPTY: '' })[name]
  const rules = selectionRules(
    { paths: paths.map(here), exclude: exclude.map(here), untracked },
    project,
    environment,
  )
  const listing = await listFiles(hostEnvironment(), project, placesOf(rules), signal)
  const names = untracked ? await listUntracked(hostEnvironment(), project, signal) : undefined
  const { files, remarks } = selectFiles(rules, listing, names)
  return { files: [...files.keys()], says: remarks.map(({ text }) => text.replaceAll(project, 'PROJECT')) }
}

const here = (pattern: string) => pattern.replace('PROJECT', project)

const found = (pattern: string, count: number) =>
  `${pattern}: found ${count} matching artifact files and directories`
const none = (pattern: string) =>
  `${pattern}: no matching files. Ensure that the artifact path is relative to the working directory (PROJECT)`

describe('selecting files', () => {
  it.each<{
    readonly paths: readonly string[]
    readonly exclude?: readonly string[]
    readonly files: readonly string[]
    readonly says: readonly string[]
  }>([
    { paths: ['top.log'], files: ['top.log'], says: [found('top.log', 1)] },
    { paths: ['./src/../top.log'], files: ['top.log'], says: [found('./src/../top.log', 1)] },
    {
      paths: ['src'],
      files: ['src', 'src/a.c', 'src/a.h', 'src/lib', 'src/lib/b.c'],
      says: [found('src', 5)],
    },
    {
      paths: ['src/'],
      files: ['src', 'src/a.c', 'src/a.h', 'src/lib', 'src/lib/b.c'],
      says: [found('src/', 5)],
    },
    { paths: ['$DIR/*.c'], files: ['src/a.c'], says: [found('src/*.c', 1)] },
    { paths: ['src/*'], files: ['src/a.c', 'src/a.h', 'src/lib', 'src/lib/b.c'], says: [found('src/*', 4)] },
    { paths: ['**/*.c'], files: ['src/a.c', 'src/lib/b.c'], says: [found('**/*.c', 2)] },
    {
      paths: ['build/*'],
      files: ['build/.cache', 'build/.cache/x', 'build/out', 'build/out/app', 'build/out/app.map'],
      says: [found('build/*', 5)],
    },
    { paths: ['PROJECT/src/a.*'], files: ['src/a.c', 'src/a.h'], says: [found('PROJECT/src/a.*', 2)] },
    { paths: ['../shop/top.log'], files: ['top.log'], says: [found('../shop/top.log', 1)] },
    { paths: ['src/a.c', 'src/a.c'], files: ['src/a.c'], says: [found('src/a.c', 1), found('src/a.c', 1)] },
    { paths: [''], files: [], says: ['No matching files. Path is empty.'] },
    { paths: ['$EMPTY'], files: [], says: ['No matching files. Path is empty.'] },
    { paths: ['nothing', 'src/*.rs'], files: [], says: [none('nothing'), none('src/*.rs')] },
    { paths: ['src/[a'], files: [], says: ['src/[a: syntax error in pattern'] },
    {
      paths: ['${DIR'],
      files: [],
      says: ['invalid path "${DIR": bad substitution of DIR', '${DIR: syntax error in pattern'],
    },
    {
      paths: ['/etc/passwd', '../outside/*'],
      files: [],
      says: [
        'processPath: artifact path is not a subpath of project directory: /etc/passwd',
        'processPath: artifact path is not a subpath of project directory: ../outside/*',
      ],
    },
    // A link is a link; only the literal part in front of a pattern is followed.
    { paths: ['source'], files: ['source'], says: [found('source', 1)] },
    { paths: ['source/*.c'], files: ['source/a.c'], says: [found('source/*.c', 1)] },
    { paths: ['s*/*.h'], files: ['src/a.h'], says: [found('s*/*.h', 1)] },
    { paths: ['leak/*'], files: [], says: ['leak/*: not supported: outside build directory'] },
    { paths: ['leak/secret'], files: [], says: ['leak/secret: not supported: outside build directory'] },
    {
      paths: ['src'],
      exclude: ['src'],
      files: ['src/a.c', 'src/a.h', 'src/lib', 'src/lib/b.c'],
      says: [found('src', 4), 'src: excluded 1 files'],
    },
    { paths: ['src'], exclude: ['src/**'], files: [], says: [none('src'), 'src/**: excluded 5 files'] },
    {
      paths: ['src'],
      exclude: ['../x', '**/*.h', '$DIR/lib/*'],
      files: ['src', 'src/a.c', 'src/lib'],
      says: [
        'isExcluded: artifact path is not a subpath of project directory: ../x',
        found('src', 3),
        '**/*.h: excluded 1 files',
        'src/lib/*: excluded 1 files',
      ],
    },
  ])('$paths without $exclude', async ({ paths, exclude, files, says }) => {
    expect(await select(paths, exclude)).toEqual({ files, says })
  })

  it('of all of the project includes what git keeps there', async () => {
    const { files } = await select(['.'])
    expect([files.includes('.git/HEAD'), files.includes('src/lib/b.c'), files.includes('.')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('takes what git does not track, ignored or not, unless excluded', async () => {
    expect(await select([], ['build/.cache/**'], true)).toEqual({
      files: ['.gitignore', 'build/out/app', 'build/out/app.map', 'leak', 'source', 'top.log'],
      says: ['untracked: found 6 files', 'build/.cache/**: excluded 1 files'],
    })
  })
})
