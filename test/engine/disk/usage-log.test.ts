import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../main/engine/clock.ts'
import { openUsageLog } from '../../../main/engine/disk/usage-log.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'drydock-usage-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const project = { id: 7, path: 'group/project' }
const clockAt = (now: number) => ({ ...systemClock, now: () => now })
const opened = (now = 1000) => openUsageLog(join(folder, 'usage.json'), clockAt(now))

describe('the log of uses', () => {
  it('remembers over a restart who used what last', async () => {
    const usage = await opened(1000)
    const job = usage.begin(project)
    await job.hold('volume v')
    job.pulled({ id: 'sha256:1', name: 'alpine:3' })
    job[Symbol.dispose]()
    await usage.saved()
    const later = await opened(2000)
    expect({
      use: later.lastUse('volume v'),
      pulled: later.pulledNames('sha256:1'),
      project: later.projectPath('7'),
    }).toEqual({
      use: { at: 1000, project: 'group/project' },
      pulled: ['alpine:3'],
      project: 'group/project',
    })
  })

  it('remembers over a restart which projects a registry let in', async () => {
    const usage = await opened()
    usage.begin(project).proved('sha256:1')
    await usage.saved()
    const later = await opened()
    const mayUse = (id: number, path: string) => later.begin({ id, path }).mayUse('sha256:1')
    expect({
      proved: mayUse(7, 'group/project'),
      other: mayUse(8, 'group/other'),
      sameNumberElsewhere: mayUse(7, 'elsewhere/project'),
      otherImage: later.begin({ id: 8, path: 'group/other' }).mayUse('sha256:2'),
    }).toEqual({ proved: true, other: false, sameNumberElsewhere: false, otherImage: true })
  })

  it('begins anew where the file is damaged', async () => {
    await writeFile(join(folder, 'usage.json'), '{"uses":')
    expect((await opened()).lastUse('volume v')).toBeUndefined()
  })

  it('lets nothing be removed that a job holds, until the last one lets go', async () => {
    const usage = await opened()
    const [one, two] = [usage.begin(project), usage.begin(project)]
    await one.hold('volume v')
    await one.hold('volume v')
    await two.hold('volume v')
    const remove = () => usage.removing(['volume v'], async () => {})
    const while2 = await remove()
    one[Symbol.dispose]()
    const while1 = await remove()
    two[Symbol.dispose]()
    expect([while2, while1, await remove()]).toEqual([false, false, true])
  })

  it('lets a job wait until a removal is done', async () => {
    const usage = await opened()
    const { promise, resolve } = Promise.withResolvers<void>()
    const happened: string[] = []
    const removal = usage.removing(['volume v'], async () => {
      await promise
      happened.push('removed')
    })
    const held = usage
      .begin(project)
      .hold('volume v')
      .then(() => happened.push('held'))
    resolve()
    await Promise.all([removal, held])
    expect(happened).toEqual(['removed', 'held'])
  })

  it('counts an image as pulled only where its name was free, also when it is renewed', async () => {
    const usage = await opened()
    const job = usage.begin(project)
    job.pulled({ id: 'sha256:1', name: 'ours' })
    job.renewed({ from: 'sha256:1', id: 'sha256:2', name: 'ours' })
    job.renewed({ from: 'sha256:8', id: 'sha256:9', name: 'theirs' })
    expect(['sha256:1', 'sha256:2', 'sha256:9'].map((id) => usage.pulledNames(id))).toEqual([
      ['ours'],
      ['ours'],
      [],
    ])
  })
})
