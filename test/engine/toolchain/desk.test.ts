import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { ToolchainEdit } from '../../../main/contract/toolchain.ts'
import type { Change } from '../../../main/engine/config/config-store.ts'
import { emptyConfig, parseConfig } from '../../../main/engine/config/parse-config.ts'
import type { Config } from '../../../main/engine/config/schema.ts'
import { carryOut, previewPlan } from '../../../main/engine/toolchain/desk/carry-out.ts'
import { checkFolder } from '../../../main/engine/toolchain/desk/check-folder.ts'
import { formOf, openToolchainDesk, toolchainOf } from '../../../main/engine/toolchain/desk/desk.ts'
import { userOfRunners } from '../../../main/engine/toolchain/desk/examination.ts'
import { planEdit } from '../../../main/engine/toolchain/desk/plan-edit.ts'
import { readShelf } from '../../../main/engine/toolchain/desk/shelf.ts'
import { unshelve } from '../../../main/engine/toolchain/desk/shelve.ts'
import { watchFingerprints } from '../../../main/engine/toolchain/desk/watched-fingerprints.ts'
import { referenceOf } from '../../../main/engine/toolchain/toolchain.ts'
import { blogConfig } from '../config/blog-config.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { aToolchain } from './toolchains.ts'

const two = ['one', 'two']
  .map(
    (name) => `[[runners]]
  name = "${name}" # of the second floor
  url = "https://gitlab.example.com"
  token = "glrt-${name.repeat(8)}"
  executor = "docker"
  [runners.docker]
    image = "alpine"
`,
  )
  .join('\n')

/** A file that is a value. */
function fileOf(text: string) {
  let now = text
  const current = () => parseConfig(now, {}).config ?? emptyConfig
  return {
    file: 'config.toml',
    text: () => now,
    current,
    read: () => Promise.resolve({ text: now, revision: 'r1' }),
    edit: (change: Change, basedOn?: string) => {
      if (basedOn === 'old') return Promise.resolve('conflict' as const)
      now = change(now, current())
      return Promise.resolve('written' as const)
    },
  }
}

const named = ({ runners }: Config, name: string) => runners.findIndex((runner) => runner.name === name)

/** A desk with a toolchain that has a folder, and a file with two runners. */
async function aDesk(text = two) {
  const dir = await tempDir()
  const folder = join(dir.path, 'sdk')
  await mkdir(join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'bin/cc'), 'first')
  const desk = openToolchainDesk(join(dir.path, 'data'))
  const toolchain = aToolchain({
    name: 'sdk',
    version: '1',
    folder,
    mountPoint: '/opt/sdk',
    variables: { SDK_HOME: '/opt/sdk' },
    path: ['bin'],
  })
  await desk.library.save(toolchain)
  const file = fileOf(text)
  const edit = async (wish: ToolchainEdit) => {
    const changed = await carryOut(file, await planEdit(desk, wish, named))
    return changed === 'conflict' ? changed : changed.map(({ name }) => name)
  }
  return {
    desk,
    toolchain,
    folder,
    file,
    edit,
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  }
}

const one = { name: 'sdk', version: '1' }
const assign = (runner: string): ToolchainEdit => ({ what: 'assign', reference: one, runner })

describe('an edit about toolchains', () => {
  it('is shown before it is made, for the runners it changes alone', async () => {
    await using here = await aDesk()
    const plan = await planEdit(here.desk, assign('two'), named)
    const preview = await previewPlan(here.file, plan, {})
    expect({
      runners: preview.runners.map(({ name, after }) => [name, after.includes('# >>> toolchain sdk@1')]),
      file: here.file.text(),
    }).toEqual({ runners: [['two', true]], file: two })
  })

  it('changes nothing where the file went on', async () => {
    await using here = await aDesk()
    const plan = await planEdit(here.desk, assign('one'), named)
    expect(await carryOut(here.file, plan, 'old')).toBe('conflict')
    expect(here.file.text()).toBe(two)
  })

  it('says what is against it before anything is done', async () => {
    await using here = await aDesk()
    await here.edit(assign('one'))
    await expect(here.edit(assign('one'))).rejects.toThrow('one has sdk@1 already.')
    await expect(unshelve(here.desk, here.file.current(), one)).rejects.toThrow(
      'sdk@1 is used by one; unassign it there first.',
    )
  })

  it('carries another description to the runners that have it, and takes it out to the last byte', async () => {
    await using here = await aDesk()
    await here.edit(assign('one'))
    await here.edit(assign('two'))
    const form = { ...formOf(here.toolchain), version: '1.1', variables: ['SDK_LEVEL=2'] }
    const changed = await here.edit({ what: 'describe', reference: one, form })
    const { runners } = here.file.current()
    const next = { name: 'sdk', version: '1.1' }
    for (const runner of ['one', 'two']) await here.edit({ what: 'unassign', reference: next, runner })
    expect({
      changed,
      environment: runners.map(({ environment }) => environment),
      library: (await here.desk.library.list()).map(referenceOf),
      current: await here.desk.library.currentVersion('sdk'),
      file: here.file.text(),
    }).toEqual({
      changed: ['one', 'two'],
      environment: [['SDK_LEVEL=2'], ['SDK_LEVEL=2']],
      library: ['sdk@1.1'],
      current: '1.1',
      file: two,
    })
  })

  it('leaves the file alone for what does not stand in it', async () => {
    await using here = await aDesk()
    await here.edit(assign('one'))
    const before = here.file.text()
    const form = { ...formOf(here.toolchain), notes: 'for board B' }
    expect(await here.edit({ what: 'describe', reference: one, form })).toEqual([])
    expect([here.file.text(), (await here.desk.library.read(one)).notes]).toEqual([before, 'for board B'])
  })

  it('takes drifted content for a new version, and gives it to who had the old one', async () => {
    await using here = await aDesk()
    const { desk, toolchain, folder, file, edit } = here
    await edit(assign('two'))
    await desk.fingerprints.look(toolchain)
    await writeFile(join(folder, 'bin/cc'), 'second')
    const changed = await edit({ what: 'accept', reference: one, version: '2' })
    const [next] = await desk.library.list()
    expect({
      changed,
      next: next && referenceOf(next),
      look: next && (await desk.fingerprints.look(next)).kind,
      forgotten: await desk.fingerprints.recorded(one),
      file: file.text().includes('# >>> toolchain sdk@2'),
    }).toEqual({ changed: ['two'], next: 'sdk@2', look: 'unchanged', forgotten: undefined, file: true })
  })

  it('adopts what two runners have alike at once, adding nothing but comments', async () => {
    const second = blogConfig.slice(blogConfig.indexOf('[[runners]]')).replaceAll('tangxin', 'other')
    const text = `${blogConfig}\n${second.replace('XXXXXXXXX', 'YYYYYYYYY')}`
    await using here = await aDesk(text)
    const reference = { name: 'atlas500', version: '20.2' }
    const changed = await here.edit({ what: 'adopt', folder: '/root/atlas500', reference })
    const plain = here.file
      .text()
      .split('\n')
      .filter((line) => !/toolchain atlas500|belongs to it/.test(line))
    expect([changed, plain.join('\n')]).toEqual([['tangxin', 'other'], text])
  })

  it('mends what the doctor found in a runner, and the form keeps what it does not show', async () => {
    await using here = await aDesk(blogConfig)
    const line = 'export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB:$LD_LIBRARY_PATH'
    const to = 'export LD_LIBRARY_PATH=$ATLAS500_HOST_LIB${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}'
    const mend = { kind: 'line', from: line, to } as const
    const changed = await here.edit({ what: 'mend', reference: one, runner: 'tangxin', mend })
    expect([changed, here.file.text()]).toEqual([['tangxin'], blogConfig.replace(line, () => to)])
    const closed = aToolchain({ writable: 'private-layer', projects: ['firmware/*'] })
    expect(toolchainOf(formOf(closed), closed)).toEqual(closed)
  })
})

describe('the shelf', () => {
  it('has versions by name with who uses them, and what was written by hand once for all its runners', async () => {
    await using here = await aDesk(blogConfig)
    await here.desk.library.save({ ...here.toolchain, version: '2' })
    await here.edit(assign('tangxin'))
    const shelf = await readShelf({
      library: here.desk.library,
      config: here.file.current(),
      keyOf: ({ name }) => `key of ${name}`,
      fingerprint: () => Promise.resolve({ state: 'none' }),
      jobsWith: () => ({ jobs: [], total: 3 }),
    })
    const runner = { key: 'key of tangxin', name: 'tangxin' }
    expect({
      toolchains: shelf.toolchains.map(({ name, versions }) => [
        name,
        versions.map(({ form, isCurrent, runners, jobCount }) => [
          form.version,
          isCurrent,
          runners,
          jobCount,
        ]),
      ]),
      adoptable: shelf.adoptable.map(({ reference, folder, runners }) => [reference, folder, runners]),
    }).toEqual({
      toolchains: [
        [
          'sdk',
          [
            ['2', false, [], 3],
            ['1', true, [runner], 3],
          ],
        ],
      ],
      adoptable: [[{ name: 'atlas500', version: '1' }, '/root/atlas500', [runner]]],
    })
  })

  it('shows a fingerprint while it is taken, when it was verified, and what has drifted', async () => {
    await using here = await aDesk()
    let now = 1000
    const store = watchFingerprints(here.desk.fingerprints, { now: () => now })
    const states = [await store.state(here.toolchain)]
    const look = store.look(here.toolchain)
    states.push(await store.state(here.toolchain))
    await look
    states.push(await store.state(here.toolchain))
    now = 2000
    await writeFile(join(here.folder, 'bin/cc'), 'other')
    const drifted = await store.look(here.toolchain)
    states.push(await store.state(here.toolchain))
    await store.accept(here.toolchain, drifted.fingerprint)
    states.push(await store.state(here.toolchain))
    expect(states).toMatchObject([
      { state: 'none' },
      { state: 'computing' },
      { state: 'known', verifiedAt: 1000, files: 1 },
      { state: 'drifted', noticedAt: 2000, changes: [{ path: 'bin/cc', change: 'changed' }], changeCount: 1 },
      { state: 'known', verifiedAt: 2000 },
    ])
  })
})

describe('a path that is being typed', () => {
  it('is a folder with programs and a name for it, or what is nearest', async () => {
    await using here = await aDesk()
    const { library } = here.desk
    const home = join(here.folder, '..')
    expect(await checkFolder(library, '~/sdk/', home)).toEqual({
      state: 'found',
      folder: here.folder,
      binFolders: ['bin'],
      suggestion: { name: 'sdk', version: '1', mountPoint: '/opt/sdk' },
      folders: [join(here.folder, 'bin')],
      isShelvedAs: one,
    })
    expect(await checkFolder(library, join(home, 'sd'), home)).toEqual({
      state: 'missing',
      nearest: home,
      folders: [here.folder],
    })
    expect(await checkFolder(library, 'sdk', home)).toEqual({ state: 'not-absolute' })
  })
})

describe('whom the doctor examines for', () => {
  const users = (one: string, other: string) =>
    two
      .replace('image = "alpine"', `image = "alpine"\n    user = "${one}"`)
      .replace(/image = "alpine"\n$/, `image = "alpine"\n    user = "${other}"\n`)

  it.each([
    ['the user of the one runner that has it', 'dev', 'root', ['one'], 'dev'],
    ['the user on whom those that have it agree', 'dev', 'dev', ['one', 'two'], 'dev'],
    ['the user of the image where they do not', 'dev', 'root', ['one', 'two'], ''],
    ['the user of the image where none has it', 'dev', 'dev', [], ''],
  ])('is %s', async (_, one, other, runners, expected) => {
    await using all = await aDesk(users(one, other))
    for (const runner of runners) await all.edit({ what: 'assign', reference: all.toolchain, runner })
    expect(userOfRunners(all.file.current(), all.toolchain)).toBe(expected)
  })
})
